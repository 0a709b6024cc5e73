#!/usr/bin/env bash
# check.sh [NAME...] - the checks of the tree, all or the named ones; a line each, "ok NAME" or "FAIL NAME" with what it
# found above it. Exit status: 0 if all hold, 1 if one does not, 2 for a name that is none.
#
# BUILD   build folder to look at (default build); what is missing there is built.
# The checks are called by their names, which shellcheck cannot see:
# shellcheck disable=SC2317
set -u
cd "$(dirname "$0")/.." || exit 2

build=${BUILD:-build}
code_folders=(trie strategies allocators harness tests)

# The texts of the tree: what git knows or would add; all files where this is no clone.
texts() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard
    else
        find . -type f -not -path './build*' -not -path './results/runs/*' -printf '%P\n'
    fi | while read -r file; do
        [[ -f $file ]] && printf '%s\n' "$file"
    done
}

sources() {
    find "${code_folders[@]}" -name "$1" | sort
}

compile_flags() {
    echo "-std=c11 -D_GNU_SOURCE -I."
    pkg-config --cflags hwloc libxxhash jansson gsl cmocka glib-2.0
}

# Fails, and says what, if there is any input.
none_of() {
    local found
    found=$(cat)
    [[ -z $found ]] && return 0
    printf '%s\n' "$found"
    return 1
}

check_warnings() { # everything compiles without a warning
    make --no-print-directory -s BUILD="$build" programs tests peers saboteurs 2>&1
}

check_tools() { # what the other checks run is there
    local tool
    for tool in gcc make pkg-config nm clang-format clang-tidy cppcheck shellcheck; do
        command -v "$tool" >/dev/null || echo "$tool is missing: scripts/install.sh test"
    done | none_of
}

check_format() { # clang-format has nothing to change
    sources '*.[ch]' | xargs clang-format --dry-run -Werror 2>&1 | sed -n 's/:[0-9:]* error: .*/: not as make format leaves it/p' |
        sort -u | none_of
}

check_tidy() {
    local flags
    flags=$(compile_flags)
    # One file a call: over several, clang-tidy 14 takes every va_list but the first file's for uninitialised.
    # shellcheck disable=SC2016 # expanded by the inner shell
    sources '*.c' | xargs -P2 -n1 sh -c '
        case $2 in harness/common/error.c) ;; *) facts="-include scripts/tidy.h" ;; esac
        clang-tidy --quiet "$2" -- $1 ${facts:-} 2>/dev/null' tidy "$flags"
}

check_cppcheck() {
    cppcheck --quiet -j2 --std=c11 --language=c -I. -D_GNU_SOURCE --enable=warning,performance,portability \
        --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 "${code_folders[@]}" 2>&1
}

check_shellcheck() {
    local -a scripts
    mapfile -t scripts < <(texts | grep -E '\.(sh|bash)$|^\.ci/run$|^tests/e2e/[^.]*$')
    shellcheck "${scripts[@]}"
}

check_layers() {
    scripts/layers.sh
}

check_headers() { # each header compiles alone
    local flags
    flags=$(compile_flags)
    # shellcheck disable=SC2016 # expanded by the inner shell
    sources '*.h' | xargs -P2 -n1 sh -c 'gcc $1 -Wall -Wextra -Werror -fsyntax-only -x c "$2" 2>&1' header "$flags"
}

# Names that an object or library defines, or needs, for others.
defined_in() {
    nm --extern-only --defined-only "$@" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort -u
}

needed_by() {
    nm --undefined-only "$@" 2>/dev/null | awk 'NF == 2 && $1 == "U" { print $2 }' | sort -u
}

objects_of() {
    find "$1" -maxdepth 1 -name '*.c' -printf "$build/obj/%p\n" | sed 's/\.c$/.o/' | sort
}

# What must not be called between the marks of a sample: clocks, terminals and files.
clocks_and_prints='clock|clock_gettime|gettimeofday|time|timespec_get|v?f?printf|__v?f?printf_chk|puts|putchar|fputs|fputc|fwrite|perror|write|syslog'

check_symbols() {
    local -a strategies trie harness
    mapfile -t strategies < <(objects_of strategies)
    mapfile -t trie < <(objects_of trie)
    mapfile -t harness < <(objects_of harness/worker; objects_of harness/common)
    make --no-print-directory -s BUILD="$build" "$build/libworker.a" "$build/triebench" || return 1
    {
        needed_by "${strategies[@]}" | grep -xE "$clocks_and_prints" | sed 's/^/strategies must not call /'
        comm -12 <(needed_by "${strategies[@]}" "${trie[@]}") <(defined_in "${harness[@]}") |
            sed 's/^/strategies and trie must not reach into the harness for /'
        comm -12 <(needed_by "${trie[@]}") <(defined_in "${strategies[@]}") |
            sed 's/^/trie must not reach into strategies for /'
        nm --defined-only "$build/triebench" | awk '$2 ~ /[A-Z]/ && $3 ~ /^(trie|strategy|symbols)_/ {
            print "the driver must not hold " $3 }'
        needed_by "$build/triebench" | grep -E '^(mallctl|mi_|tc_|MallocExtension_)' |
            sed 's/^/the driver must not link an allocator under test: /'
    } | none_of
}

# registered FOLDER STRUCT [EXCEPT]: every `const struct STRUCT NAME = {` of FOLDER/*.c that others can see stands in registry.def.
registered() {
    local file symbol
    for file in "$1"/*.c; do
        while read -r symbol; do
            [[ $symbol == "${3:-}" ]] && continue
            grep -qE "^[A-Z_]+\\(.*\\b$symbol\\b.*\\)" "$1/registry.def" ||
                echo "$file: $symbol has no line in $1/registry.def"
        done < <(sed -nE "s/^const struct $2 ([a-z0-9_]+) = \\{.*/\\1/p" "$file")
    done | none_of
}

check_strategies_registered() {
    registered strategies strategy
}

check_allocators_registered() {
    # The stand-in for an object given by its path has no name to be found by.
    registered allocators allocator allocator_other
}

check_tests_run() { # no test file is left out by `make test`
    comm -23 <(find tests -name 'test_*.c' -o -path 'tests/e2e/*.sh' | sort) \
        <(make --no-print-directory -s list-tests | tr ' ' '\n' | sort) |
        sed 's/$/: make test does not run it/' | none_of
    local first=$?
    find tests scripts -name '*.sh' ! -perm -u+x -printf '%p: not executable\n' | none_of && return "$first"
}

check_words() { # texts name no path of one machine, and no registry by its host
    local here='(^|[^a-z0-9_.])/(work|home|root)/' scratch='/tm[p]/'
    local hosts='(deb\.debia[n]|archive\.ubunt[u]|crates\.i[o]|pypi\.or[g]|npmjs\.co[m]|rubygems\.or[g]|proxy\.golan[g]|docker\.i[o])'
    {
        texts | grep -v '^LICENSE$' | xargs -d '\n' grep -InE "$here|$hosts" --
        texts | grep -vE '^(LICENSE$|tests/)' | xargs -d '\n' grep -InE "$scratch" --
    } | none_of
}

check_whitespace() { # no blanks at the ends of lines, a newline at the end of every text; a corpus is bytes
    {
        texts | grep -vE '^(LICENSE$|tests/fuzz/corpus/)' | xargs -d '\n' grep -InE '[[:blank:]]+$' -- | sed 's/$/ <- blanks at the end/'
        texts | grep -v '^tests/fuzz/corpus/' | while read -r file; do
            if [[ -s $file ]] && grep -Iq . "$file" && [[ -n $(tail -c 1 "$file") ]]; then
                echo "$file: no newline at its end"
            fi
        done
    } | none_of
}

checks=(tools warnings layers headers symbols strategies_registered allocators_registered tests_run words whitespace
    shellcheck format cppcheck tidy)

failed=0
[[ $# -gt 0 ]] || set -- "${checks[@]}"
for name in "$@"; do
    if [[ " ${checks[*]} " != *" $name "* ]]; then
        echo "check.sh: no check '$name'; there are: ${checks[*]}" >&2
        exit 2
    fi
    if details=$("check_$name" 2>&1); then
        echo "ok $name"
    else
        printf '%s\n' "${details:-(no details)}" | sed 's/^/    /'
        echo "FAIL $name"
        failed=1
    fi
done
exit "$failed"
