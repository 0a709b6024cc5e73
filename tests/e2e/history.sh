#!/usr/bin/env bash
# history.sh - runs of many nights, one behind the other: kept once, a machine a file, and changes told.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
dir=$scratch/history

# night NUMBER FIXTURE [CPU | OPTION...]: that fixture as the run of that night.
night() {
    local cpu="Example CPU"
    [[ ${3:---} == --* ]] || cpu=$3
    sed "1s/\"id\":\"[^\"]*\"/\"id\":\"night-$1\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"2026-12-$(printf %02d "$1")T03:00:00Z\"/; s/Example CPU/$cpu/" \
        "tests/data/compare/$2.jsonl" >"$scratch/night.jsonl"
    shift 2
    [[ ${1:---} == --* ]] || shift
    "$build/triebench" history "$scratch/night.jsonl" --dir "$dir" "$@" >"$scratch/out" 2>"$scratch/err"
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
drawn() {
    night 9 slower --plots "$scratch/plots" --png
    [[ $(find "$scratch/plots" -name '*.svg') == "$scratch/plots/history-1.svg" && -s $scratch/plots/history-1.png && ! -s $scratch/err ]] &&
        grep -Eq '^6\.5 [0-9.]+ [0-9.]+ "2026-12-07: 1[0-9]\.[0-9] % slower"$' "$scratch/plots/history-1.dat" &&
        jq -r '.over_sequential | to_entries[] | select(.key | startswith("workload=facts/batch=1000/strategy=thread-local")) | .value' "$dir"/*.jsonl |
        awk -v data="$scratch/plots/history-1.dat" '
            { x[++n] = $1 }
            function near(a, b) { return a / b < 1.00001 && b / a < 1.00001 }
            END {
                while ((getline line <data) > 0) {
                    count = split(line, field, " ")
                    if (count == 3 && field[1] ~ /^[0-9]+$/) { runs++; bad += !near(field[2], x[field[1]]) }
                    if (count == 2) level[++levels] = line
                }
                split(level[1], field, " "); bad += field[1] != 0.5 || !near(field[2], exp((log(x[1]) + log(x[2]) + log(x[3]) + log(x[4]) + log(x[5]) + log(x[6])) / 6))
                split(level[4], field, " "); bad += field[1] != 9.5 || !near(field[2], exp((log(x[7]) + log(x[8]) + log(x[9])) / 3))
                exit bad || runs != 9 || levels != 4
            }'
}
verify "the cell is drawn, and none else, with both levels and the change between" drawn
again() {
    mv "$scratch/plots/history-1.svg" "$scratch/first.svg" &&
        bash -c "$(sed -n '$s/^# again: //p' "$scratch/plots/history-1.dat")" && cmp "$scratch/first.svg" "$scratch/plots/history-1.svg"
}
verify "the last line of its data draws it again" again
told() {
    "$build/triebench" report "$scratch/night.jsonl" --plots "$scratch/report" --history "$dir" >"$scratch/report.md" 2>"$scratch/err"
    [[ ! -s $scratch/err ]] && cmp <(grep -v '^# again' "$scratch/report/history-1.dat") <(grep -v '^# again' "$scratch/plots/history-1.dat") &&
        awk '/^### / { chapter = $0 } /^!\[workload=facts/ { seen = chapter } END { exit seen != "### Night by night" }' "$scratch/report.md"
}
verify "a report shows it too" told
verify "--png goes with --plots" bash -c "'$build/triebench' history '$scratch/night.jsonl' --dir '$scratch/none' --png; [[ \$? -eq 2 && ! -e '$scratch/none' ]]"
hostile() {
    mkdir "$scratch/hostile" && for file in "$dir"/*.jsonl; do
        jq -c '.started = "\"`touch x`\\<b>\u0001é" | .over_sequential |= with_entries(.key |= . + "'"'"'$(touch x)<b>\n")' "$file" >"$scratch/hostile/${file##*/}"
    done
    "$build/triebench" report "$scratch/night.jsonl" --plots "$scratch/hostile/plots" --history "$scratch/hostile" >/dev/null 2>"$scratch/err"
    [[ ! -s $scratch/err ]] && xmllint --noout "$scratch/hostile/plots/history-1.svg" && mv "$scratch/hostile/plots/history-1.svg" "$scratch/first.svg" &&
        bash -c "$(sed -n '$s/^# again: //p' "$scratch/hostile/plots/history-1.dat")" && cmp "$scratch/first.svg" "$scratch/hostile/plots/history-1.svg" &&
        [[ ! -e x ]]
}
verify "whatever stands in it" hostile
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
