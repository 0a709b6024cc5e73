#!/usr/bin/env bash
# base.sh REV BUILD - builds the programs of a revision beside the tree, and prints their folder.
#
# The revision is checked out under BUILD/base, once, as a work tree of git's own; nothing of this tree is touched.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ $# -ne 2 ]]; then
    echo "usage: base.sh REV BUILD" >&2
    exit 2
fi
if ! commit=$(git rev-parse --verify --quiet "$1^{commit}"); then
    echo "base.sh: git knows no revision '$1'" >&2
    exit 2
fi
tree=$2/base/$commit
if [[ ! -e $tree/Makefile ]]; then
    # Registered and gone is what `make clean` leaves behind; --force takes it over.
    git worktree add --quiet --detach --force "$tree" "$commit" >&2
fi
echo "triebench: building $1 ($commit) in $tree" >&2
make --no-print-directory --silent -C "$tree" "-j$(nproc)" BUILD=build VARIANT=release programs >&2
echo "$tree/build"
