#!/usr/bin/env bash
# instructions.sh - counts of instructions are the same each time, and more where there is more to do.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

count() {
    BUILD=$build SAMPLES=3 scripts/instructions.sh
}

# each STRATEGY BATCH: its count in a table on standard input.
each() {
    awk -v strategy="$1" -v batch="$2" '$1 == strategy && $2 == batch { print $3 }'
}

STRATEGY=nothing,sequential,individual BATCH=10,100 count >"$scratch/one" 2>"$scratch/err"
verify "a line each cell" test "$(grep -cE '^(nothing|sequential|individual) +(10|100) +[0-9]+\.[0-9]$' "$scratch/one")" = 6
STRATEGY=sequential BATCH=100 count >"$scratch/again"
sequential=$(each sequential 100 <"$scratch/one")
verify "the same each time, to a thousandth" awk -v one="$sequential" -v again="$(each sequential 100 <"$scratch/again")" \
    'BEGIN { exit !(one > 0 && one < again * 1.001 && again < one * 1.001) }'
verify "nothing takes next to none" awk -v none="$(each nothing 100 <"$scratch/one")" -v some="$sequential" 'BEGIN { exit !(50 * none < some) }'
verify "copying the path for each item takes more" awk -v more="$(each individual 100 <"$scratch/one")" -v some="$sequential" \
    'BEGIN { exit !(more > some) }'
verify "what cannot be run is told" bash -c "! STRATEGY=nonesuch BATCH=10 BUILD='$build' scripts/instructions.sh 2>'$scratch/err' &&
    grep -q 'nonesuch, batch 10: it could not be counted' '$scratch/err'"
verify "serial strategies unless told" bash -c "BATCH=10 SAMPLES=1 BUILD='$build' scripts/instructions.sh >'$scratch/all' &&
    grep -q '^two-pass ' '$scratch/all' && ! grep -qE '^(nothing|thread-local|bound) ' '$scratch/all'"
