#!/usr/bin/env bash
# selftest.sh - the comparison measured on a build against itself, and on delays that are known.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
ln -s "$root/tests" "$scratch/tests"
cd "$scratch" || exit 1

# What is found depends on the machine's mood; that delays are delays does not: the medians of 3 rounds, 100 % apart.
run_trial "$scratch/delay" --strategy "$build/saboteurs/delay.so:percent=0,$build/saboteurs/delay.so:percent=100" \
    --workload facts --batch 1000 --samples 30 --rounds 3
verify "a delay of 100 % is one" jq -es 'map(select(.type == "trial")) | all(.[]; .outcome == "ok") and
    ((map(select(.cell.options == "percent=100").latency_ns.min) | min) >
     1.5 * (map(select(.cell.options == "percent=0").latency_ns.min) | min))' "$scratch/delay/run.jsonl"

"$build/triebench" selftest --aa --rounds 8 --gate-rounds 6 --gates 40 --budget 12 >out 2>err
status=$?
verify "it measures, and trusts or not" bash -c "[[ $status -eq 0 || $status -eq 1 ]] || { cat out err; exit 1; }"
verify "false alarms are told at both margins" test "$(grep -c '^margin .* false alarms in [0-9]* of 40, .*; allowed: 5 %' out)" = 2
verify "power is told for every delay" test "$(grep -c '^slower by [ 0-9]* %: found in [0-9]* of 40, ' out)" = 5
results=$(sed -n 's/.*trusted: results: //p' out)
verify "rounds can be looked at again" bash -c "'$build/triebench' selftest --aa --from '$results' --gates 30 --gate-rounds 6 >again; [[ \$? -le 1 ]]"
verify "with the number of gates asked for" grep -q "^8 rounds of 8 cells; 30 gates of 6 rounds each" again
"$build/triebench" selftest --aa --from "$results" --gates 30 --gate-rounds 6 >once
verify "and the same result each time" cmp once again
verify "what is no such run is refused: 2" bash -c "'$build/triebench' selftest --aa --from '$root/tests/data/compare/same.jsonl'; [[ \$? -eq 2 ]]"
mkdir empty && cp "$build/triebench" "$build/triebench-worker" empty/
verify "without the delay it says how to build it" bash -c "empty/triebench selftest --aa 2>&1 | grep -q 'make saboteurs'"
