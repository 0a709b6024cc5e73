#!/usr/bin/env bash
# packages.sh - which Debian packages triebench needs, and for what.
#
#   packages.sh list    USE...   every package of these uses: name, a tab, why
#   packages.sh missing USE...   those of them that are not installed; prints nothing if all are there
#   packages.sh require USE...   as missing, but says so on stderr with the command that installs them, and exits 1
#
# USE is build, bench, instructions, test, peers, or report. Only looks; scripts/install.sh installs.
set -euo pipefail
shopt -s inherit_errexit

# A package a line: what it is for, its name, why. The uses of the command line are unions of these (parts_of).
table() {
    cat <<'TABLE'
build gcc the compiler
build libc6-dev the C library's headers
build make runs the build
build pkg-config finds the flags of the libraries
build libhwloc-dev pins threads and describes the machine
build libxxhash-dev digests of keys, hashes of symbols
build libjansson-dev reads and writes results
build libdw-dev names the functions, files and lines of a crash
build libgsl-dev statistics
allocators libjemalloc2 allocator under test: jemalloc
allocators libmimalloc2.0 allocator under test: mimalloc
allocators libtcmalloc-minimal4 allocator under test: tcmalloc
workloads wamerican-huge word list of the workload words
workloads wordnet-base relations of the workload wordnet
peers libjudy-dev peer: JudySL
peers libhat-trie-dev peer: HAT-trie
peers libglib2.0-dev peer: GLib's hash table
plots gnuplot-nox draws the plots of a report
instructions valgrind counts instructions
tools libcmocka-dev unit tests
tools jq reads results in the end-to-end tests, a second reader
tools libxml2-utils reads JUnit XML in the end-to-end tests, a second reader
tools mandoc checks the manual page
tools clang-format checks the layout of the source
tools clang-tidy checks the source
tools cppcheck checks the source
tools shellcheck checks the scripts
TABLE
}

parts_of() {
    case $1 in
    build) echo build ;;
    bench) echo build allocators workloads ;;
    instructions) echo build instructions ;;
    peers) echo build peers ;;
    report) echo build plots ;;
    test) echo build allocators workloads peers plots instructions tools ;;
    *)
        echo "packages.sh: unknown use '$1': build, bench, instructions, test, peers, or report" >&2
        return 2
        ;;
    esac
}

# list USE... -> lines "name<TAB>why", each package once, in the order of the table.
list() {
    local use parts wanted=
    for use in "$@"; do
        parts=$(parts_of "$use")
        wanted+=" $parts "
    done
    table | while read -r part name why; do
        if [[ $wanted == *" $part "* || $wanted == *" $part"$'\n'* ]]; then
            printf '%s\t%s\n' "$name" "$why"
        fi
    done
}

# The names that the installed packages go by, those that they stand in for included ("Provides"), one a line.
installed() {
    dpkg-query --show --showformat '${db:Status-Status} ${Package}, ${Provides}\n' |
        awk '$1 == "installed" {
            sub(/^installed /, "")
            gsub(/\([^)]*\)/, "")
            count = split($0, name, /[ ,]+/)
            for (i = 1; i <= count; i++)
                if (name[i] != "")
                    print name[i]
        }'
}

missing() {
    local wanted
    wanted=$(list "$@")
    if ! command -v dpkg-query >/dev/null; then
        echo "packages.sh: no dpkg-query here: this looks up Debian's packages only; install by hand what" \
            "'scripts/packages.sh list $*' names" >&2
        return 2
    fi
    awk -F '\t' 'NR == FNR { have[$1] = 1; next } !($1 in have) { print $1 }' <(installed) <(printf '%s\n' "$wanted")
}

require() {
    local lacking
    # Elsewhere than on Debian nobody can look; the compiler will tell.
    command -v dpkg-query >/dev/null || return 0
    lacking=$(missing "$@")
    [[ -n $lacking ]] || return 0
    echo "triebench: missing Debian packages: ${lacking//$'\n'/ }" >&2
    echo "triebench: install them with: scripts/install.sh $*" >&2
    return 1
}

if [[ $# -lt 2 || ! $1 =~ ^(list|missing|require)$ ]]; then
    echo "usage: scripts/packages.sh list|missing|require build|bench|instructions|test|peers|report..." >&2
    exit 2
fi
"$@"
