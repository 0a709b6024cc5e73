#!/usr/bin/env bash
# one-slower.sh - of many cells one is slower in the second of two builds: it is found, named, and no other accused.
#
# By itself a coarse and short one; METHOD.md tells of longer ones. Five minutes: PERCENT=5 BATCHES="$(seq 100 25 1075)" ROUNDS=30 BUDGET=300 tests/e2e/one-slower.sh
# PERCENT  how much slower (default 40)          BATCHES  sizes of batch, a cell each; the middle one is slower
# BUDGET   seconds to measure (default 12)       MARGIN   in percent (default 10; with PERCENT given 1)
# ROUNDS   of the first look (default 10); one cell of 40 takes 11 to stand out
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

margin=${MARGIN:-${PERCENT:+1}}
margin=${margin:-10}
percent=${PERCENT:-40}
read -ra batches <<<"$(tr '\n' ' ' <<<"${BATCHES:-200 400 600 800}")"
slow=${batches[$((${#batches[@]} / 2))]}

# Both builds are the same worker behind a script; that of the second makes percent=0 another number.
for side in before after; do
    mkdir "$scratch/$side"
    cat >"$scratch/$side/triebench-worker" <<WORKER
#!/bin/bash
[[ $side == before ]] || set -- "\${@/percent=0:/percent=$percent:}"
exec "$build/triebench-worker" "\$@"
WORKER
    chmod +x "$scratch/$side/triebench-worker"
done

"$build/triebench" compare --build "$scratch/before" --build "$scratch/after" --strategy "$build/saboteurs/delay.so:percent=0:batch=$slow" \
    --workload facts --batch "$(IFS=, && echo "${batches[*]}")" --symbols inline --budget "${BUDGET:-12}" --margin "$margin" \
    --rounds "${ROUNDS:-10}" --json --quiet --out "$scratch/run" >"$scratch/out.json" 2>"$scratch/err"
status=$?
verify "a regression: 1" bash -c "[[ $status -eq 1 ]] || { jq -r .why '$scratch/out.json'; cat '$scratch/err'; exit 1; }"
verify "each size of batch is a cell" test "$(jq '.cells | length' "$scratch/out.json")" -eq "${#batches[@]}"
verify "the one that is slower is named, and no other accused" test \
    "$(jq -c '[.cells[] | select(.verdict == "regressed") | .batch]' "$scratch/out.json")" = "[$slow]"
# shellcheck disable=SC2016 # jq's own variables
verify "by about as much" jq -e --argjson by "$percent" --argjson slow "$slow" \
    '.cells[] | select(.batch == $slow) | .ratio > 1 + 0.005 * $by and .ratio < 1 + 0.02 * $by' "$scratch/out.json"
jq -r '"# \(.why)", (.second_look | "# second look: \(.cells) cells, \(.rounds) rounds"),
    (.cells | group_by(.verdict)[] | "# \(.[0].verdict): \(length)")' "$scratch/out.json"
