#!/usr/bin/env bash
# house.sh - the scripts that install, count tests and check the tree do what they say, on made-up packages and sources.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
mkdir bin

# verify NAME COMMAND...: ok if the command succeeds.
verify() {
    local name=$1
    shift
    if "$@" >out.verify 2>&1; then
        echo "ok $name"
    else
        cat out.verify
        echo "not ok $name"
    fi
}

# fake NAME: a command of that name, with the body on stdin, which notes how it was called.
fake() {
    {
        echo '#!/bin/sh'
        echo "echo \"$1 \$*\" >>'$scratch/calls'"
        cat
    } >"bin/$1"
    chmod +x "bin/$1"
}

# Every package of the list is installed, but for the named ones.
installed_but() {
    "$root/scripts/packages.sh" list test | cut -f1 | grep -vxF "$(printf '%s\n' "$@")" |
        sed 's/^/installed /; s/$/, /' >installed
    fake dpkg-query <<<"cat '$scratch/installed'"
}

with_fakes() {
    PATH="$scratch/bin:$PATH" "$@"
}

# says FILE TEXT...: the file holds each text.
says() {
    local file=$1 text
    shift
    for text in "$@"; do
        grep -qF -e "$text" "$file" || {
            echo "no '$text' in:"
            cat "$file"
            return 1
        }
    done
}

nothing_missing() {
    installed_but nothing
    with_fakes "$root/scripts/install.sh" test >out 2>&1 && [[ ! -s out ]]
}

provided_counts() {
    installed_but pkg-config libtcmalloc-minimal4
    echo 'installed pkgconf, pkg-config (= 1.8.1-1), other' >>installed
    echo 'installed libtcmalloc-minimal4t64, libtcmalloc-minimal4 (= 2.15)' >>installed
    [[ -z $(with_fakes "$root/scripts/packages.sh" missing test) ]]
}

only_what_the_use_needs() {
    installed_but libcmocka-dev libjansson-dev
    [[ $(with_fakes "$root/scripts/packages.sh" missing bench) == libjansson-dev ]]
}

removed_is_missing() {
    installed_but libjansson-dev
    echo 'config-files libjansson-dev, ' >>installed
    [[ $(with_fakes "$root/scripts/packages.sh" missing build) == libjansson-dev ]]
}

unknown_use() {
    "$root/scripts/packages.sh" missing banch >out 2>&1
    [[ $? -eq 2 ]] && says out "'banch'"
}

require_names_it() {
    installed_but libgsl-dev
    with_fakes "$root/scripts/packages.sh" require build >out 2>&1
    [[ $? -eq 1 ]] && says out libgsl-dev "scripts/install.sh build"
}

installs_as_root() {
    installed_but jq shellcheck
    fake id <<<'echo 0'
    fake apt-cache <<<'exit 1'
    fake apt-get <<<'exit 0'
    : >calls
    with_fakes "$root/scripts/install.sh" test >out 2>&1 || return 1
    says out jq "second reader" shellcheck && says calls " update" "install -y --no-install-recommends jq shellcheck"
}

knows_them_already() {
    installed_but jq
    fake id <<<'echo 0'
    fake apt-cache <<<'exit 0'
    fake apt-get <<<'exit 0'
    : >calls
    with_fakes "$root/scripts/install.sh" test >out 2>&1 && ! grep -q ' update' calls
}

installs_by_sudo() {
    installed_but jq
    fake id <<<'echo 1000'
    # shellcheck disable=SC2016 # expanded by the fake
    fake sudo <<<'if [ "$1" = -n ]; then exit 0; fi; exec "$@"'
    fake apt-cache <<<'exit 0'
    fake apt-get <<<'exit 0'
    : >calls
    with_fakes "$root/scripts/install.sh" test >out 2>&1 && says calls "sudo env" "install -y"
}

cannot_install() {
    installed_but jq
    fake id <<<'echo 1000'
    fake sudo <<<'exit 1'
    fake apt-get <<<'exit 0'
    : >calls
    with_fakes "$root/scripts/install.sh" test >out 2>&1
    [[ $? -eq 2 ]] && says out "apt-get install -y --no-install-recommends jq" && ! grep -q '^apt-get' calls
}

apt_fails() {
    installed_but jq
    fake id <<<'echo 0'
    fake apt-cache <<<'exit 0'
    fake apt-get <<<'exit 100'
    with_fakes "$root/scripts/install.sh" test >out 2>&1
    [[ $? -eq 2 ]] && says out "could not install" "apt-get install -y"
}

# program NAME: a test program with the body on stdin.
program() {
    { echo '#!/bin/sh' && cat; } >"$1"
    chmod +x "$1"
}

# counts EXPECTED STATUS PROGRAM...: what run-tests.sh ends with.
counts() {
    local expected=$1 status=$2
    shift 2
    TEST_LIMIT_S=1 "$root/scripts/run-tests.sh" "$@" >out 2>&1
    local got=$?
    cat out
    [[ $(tail -n 1 out) == "$expected" && $got -eq $status ]]
}

program good <<<'echo "[  PASSED  ] 3 test(s)."; echo "[  PASSED  ] 2 test(s)." >&2'
program bad <<<'echo "[  PASSED  ] 3 test(s)."; echo "[  FAILED  ] 1 test(s), listed below:"; exit 1'
program crash <<<'kill -SEGV $$'
program late <<<'echo "[  PASSED  ] 3 test(s)."; exit 7'
program silent <<<'exit 0'
program slow <<<'sleep 30'
program plain.sh <<<'exit 0'
program tap.sh <<<'echo ok 1; echo not ok 2; exit 0'
program broken.sh <<<'exit 3'

mkdir -p trie harness/driver harness/worker strategies
echo '#include "strategies/pool.h"' >trie/up.c
echo '#include "trie/trie.h"' >harness/driver/across.c
printf '  #  include "trie/trie.h"\n#include <stdio.h>\n#include "allocators/allocator.h"\n' >harness/worker/fine.c
echo '#include "pool.h"' >strategies/near.c

breaks_layer() {
    "$root/scripts/layers.sh" "$1" >out
    [[ $? -eq 1 ]] && says out "$1:1: "
}

verify "nothing is missing: silent" nothing_missing
verify "a package that another provides is there" provided_counts
verify "a use asks for its own packages only" only_what_the_use_needs
verify "a removed package with its configuration left is missing" removed_is_missing
verify "an unknown use is named" unknown_use
verify "require names package and command" require_names_it
verify "root installs, after an update where apt knows nothing" installs_as_root
verify "no update where apt knows the packages" knows_them_already
verify "sudo without a password installs" installs_by_sudo
verify "neither root nor sudo: says the command, calls nothing" cannot_install
verify "a failing apt-get is told" apt_fails
verify "cmocka's groups are summed" counts "5 passed, 0 failed" 0 good
verify "failed cases count" counts "8 passed, 1 failed" 1 good bad
verify "a crash counts" counts "0 passed, 1 failed" 1 crash
verify "a bad exit status counts" counts "3 passed, 1 failed" 1 late
verify "a program without cases counts as failed" counts "0 passed, 1 failed" 1 silent
verify "a time-out counts" counts "0 passed, 1 failed" 1 slow
verify "a script without cases is one" counts "1 passed, 0 failed" 0 plain.sh
verify "a script's cases count" counts "1 passed, 1 failed" 1 tap.sh
verify "a failing script counts" counts "0 passed, 1 failed" 1 broken.sh
verify "no program is no success" counts "0 passed, 0 failed" 1
verify "the trie may not include strategies" breaks_layer trie/up.c
verify "the driver may not include the trie" breaks_layer harness/driver/across.c
verify "includes are written from the root" breaks_layer strategies/near.c
verify "the worker may include all but the driver" "$root/scripts/layers.sh" harness/worker/fine.c
