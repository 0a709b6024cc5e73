#!/usr/bin/env bash
# man.sh - the manual page is sound mdoc, and tells every option that a command tells.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

scripts/man.sh "$build/triebench" >"$scratch/triebench.1" 2>"$scratch/err"
clean() {
    [[ -s $scratch/triebench.1 && ! -s $scratch/err ]] && mandoc -Tlint "$scratch/triebench.1"
}
verify "mandoc has nothing to say" clean

mandoc -Tascii "$scratch/triebench.1" 2>/dev/null | col -b >"$scratch/page"
# Every option behind the command's own heading, and no other.
options_of() {
    diff <("$build/triebench" "$1" --help | grep -oE '^  --[a-z-]+' | tr -d ' ') \
        <(awk -v name="$1" '/^[A-Z]/ { inside = 0 } /^   [a-z]+$/ { inside = $1 == name } inside' "$scratch/page" |
            grep -oE '^     --[a-z-]+' | tr -d ' ')
}
"$build/triebench" help | sed -nE 's/^  ([a-z]+) +.*/\1/p' | grep -vx help >"$scratch/commands"
verify "there are commands" grep -qx run "$scratch/commands"
while read -r name; do
    verify "every option of $name" options_of "$name"
done <"$scratch/commands"
