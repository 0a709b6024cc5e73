#!/usr/bin/env bash
# history.sh - runs of many nights, one behind the other: kept once, a machine a file, and changes told.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
dir=$scratch/history

# night NUMBER FIXTURE [CPU]: that fixture as the run of that night.
night() {
    sed "1s/\"id\":\"[^\"]*\"/\"id\":\"night-$1\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"2026-12-$(printf %02d "$1")T03:00:00Z\"/; s/Example CPU/${3:-Example CPU}/" \
        "tests/data/compare/$2.jsonl" >"$scratch/night.jsonl"
    "$build/triebench" history "$scratch/night.jsonl" --dir "$dir" >"$scratch/out" 2>"$scratch/err"
}

for number in 1 2 3 4 5 6; do
    fixture=before
    [[ $((number % 2)) -eq 0 ]] && fixture=same
    night "$number" "$fixture" || break
done
verify "six nights alike" grep -q "^6 runs in $dir/[0-9a-f]\{16\}.jsonl: 0 changes" "$scratch/out"
night 6 same
verify "a run is kept once" grep -q "^6 runs in " "$scratch/out"
night 7 slower && night 8 slower
verify "two slower nights say nothing yet" grep -q "^8 runs in .*: 0 changes" "$scratch/out"
night 9 slower
status=$?
verify "three do: 1" test "$status" -eq 1
verify "the cell is named, and none else" test "$(grep -c '^NEW workload=facts/batch=1000/strategy=thread-local' "$scratch/out")/$(grep -c '^NEW' "$scratch/out")" = 1/1
verify "and the night" grep -Eq "1[0-9]\.[0-9] % slower since 2026-12-07T03:00:00Z .* 3 runs since" "$scratch/out"
for number in 10 11 12 13 14 15; do night "$number" slower; done
status=$?
verify "after a week it is old: 0" test "$status" -eq 0
verify "but still told" grep -q "^workload=facts/batch=1000/strategy=thread-local" "$scratch/out"
night 16 before "Another CPU"
verify "another machine has a file of its own" test "$(find "$dir" -type f | wc -l)" = 2
verify "and a crash no ratio" bash -c "$(declare -f night); build='$build' scratch='$scratch' dir='$scratch/crashed' night 17 crash;
    jq -e '.over_sequential | length == 5 and all(.[]; . > 0)' '$scratch'/crashed/*.jsonl"
file=$(find "$dir" -type f -size +5k | head -n 1)
printf '{"type":"history","schema":2}\nnot json\n{"type":"hist' >>"$file"
night 15 slower
verify "what cannot be read is told and left alone" grep -q "^3 lines of .* could not be read" "$scratch/out"
