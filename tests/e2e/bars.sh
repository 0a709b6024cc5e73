#!/usr/bin/env bash
# bars.sh - how the yardsticks stand: a line each, with a judgement that follows from its figures; wrong sections are told.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

bars() {
    BUILD=$build ALLOC=glibc ROUNDS=2 BUDGET=4 RESULTS=$scratch/results scripts/bars.sh "$@"
}

BATCH=1000 bars two >"$scratch/two" 2>&1
verify "a line each cell, and where the results are" bash -c "
    [[ \$(grep -cE '^glibc +(interned|inline) +facts +1000  speed +partition +twice .* at least 0.80  (met|MISSED)\$' '$scratch/two') == 2 ]] &&
        tail -n 1 '$scratch/two' | grep -q '^results: $scratch/results\$'"
# Two rounds: the median is the middle of the least and the greatest.
# shellcheck disable=SC2016  # $8 and the like are awk's
verify "the median lies between, and is what is judged" awk '/ speed / {
        middle = $8; least = substr($9, 2) + 0; greatest = $11 + 0; asked = $(NF - 1)
        if (least > middle || greatest < middle || (2 * middle - least - greatest) ^ 2 > 0.001) bad = 1
        if (middle > asked + 0.01 && $NF != "met" || middle < asked - 0.01 && $NF != "MISSED") bad = 1
        lines++
    } END { exit bad || lines != 2 }' "$scratch/two"
verify "the fastest of several is what is compared with" bash -c "
    BATCH=50 BUILD='$build' ALLOC=glibc ROUNDS=1 BUDGET=3 RESULTS='$scratch/more' scripts/bars.sh small |
        grep -qE 'interned +facts +50  speed +partition +sequential two-pass sorted +[0-9]+\.[0-9]'"
verify "memory, too" bash -c "
    BATCH=50 BUILD='$build' ALLOC=glibc ROUNDS=1 BUDGET=5 RESULTS='$scratch/much' scripts/bars.sh memory |
        grep -qE 'inline +facts +50  memory sorted +sequential +[01]\.[0-9]+ .* at most 1\.25  (met|MISSED)'"
verify "a section that is none is told" bash -c "! scripts/bars.sh three 2>'$scratch/err' && grep -q 'no section is called three' '$scratch/err'"
verify "no section at all, too" bash -c "! scripts/bars.sh 2>'$scratch/err' && grep -q '^usage: ' '$scratch/err'"
verify "what cannot be measured is told" bash -c "! BUILD='$build' ALLOC=nonesuch RESULTS='$scratch/none' scripts/bars.sh two 2>'$scratch/err' &&
    grep -q nonesuch '$scratch/err'"
