#!/usr/bin/env bash
# compare.sh - two runs compared: the four fixtures, what is printed, what is refused, and files that are broken.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
data=tests/data/compare

# compare WANTED ARGUMENT...: the exit status is as wanted; what it printed is in $scratch/out and err.
compare() {
    local wanted=$1
    shift
    "$build/triebench" compare "$@" >"$scratch/out" 2>"$scratch/err"
    [[ $? -eq $wanted ]]
}

last_line_has() {
    tail -n 1 "$scratch/out" | grep -qF -- "$1" || { cat "$scratch/out" "$scratch/err"; return 1; }
}

fixture() {
    compare "$1" "$data/before.jsonl" "$data/$2.jsonl" && last_line_has "$3"
}

verify "same: 0" fixture 0 same "pass: no crash appeared and no cell regressed: 4 equivalent"
verify "slower: 1, and no other cell is accused" fixture 1 slower \
    "regressed: thread-local on jemalloc, facts, batch 1000, 2 threads, interned, expressions, core: 1.1"
verify "slower: one cell" test "$(grep -c ' regressed$' "$scratch/out")" = 1
verify "faster: 0" compare 0 "$data/slower.jsonl" "$data/before.jsonl"
verify "faster: is told" last_line_has "1 improved"
verify "crash appeared: 3" fixture 3 crash "crash appeared: thread-local on jemalloc, facts, batch 1000"
verify "crash gone: 0" compare 0 "$data/crash.jsonl" "$data/before.jsonl"
verify "crash as before: 0" compare 0 "$data/crash.jsonl" "$data/crash.jsonl"
sed 's/4be1c0d2a97f0a31/00000000000000ff/' "$data/crash.jsonl" >"$scratch/other-crash.jsonl"
verify "crash of a new kind: 3" compare 3 "$data/crash.jsonl" "$scratch/other-crash.jsonl"
verify "crash of a new kind: is told" last_line_has "crash of a new kind: thread-local"

verify "another machine: 5" compare 5 "$data/before.jsonl" "$data/other-machine.jsonl"
verify "another machine: the difference is named" grep -q "host.cpu was Example CPU and is Another CPU" "$scratch/err"
verify "--force compares" compare 0 "$data/before.jsonl" "$data/other-machine.jsonl" --force
verify "--force is marked" grep -q "^FORCED: .*host.cpu" "$scratch/out"
sed 's/gcc 12.2.0/gcc 13.1.0/' "$data/same.jsonl" >"$scratch/compiler.jsonl"
verify "another compiler: 5" compare 5 "$data/before.jsonl" "$scratch/compiler.jsonl"
sed 's/"plan_hash":"9c/"plan_hash":"00/; s/ --aa"/ --aa --replay"/' "$data/same.jsonl" >"$scratch/plan.jsonl"
verify "another way to sample: 5" compare 5 "$data/before.jsonl" "$scratch/plan.jsonl"
verify "another way to sample: is named" grep -q -- "--replay was 0 and is 1" "$scratch/err"
sed 's/"plan_hash":"9c/"plan_hash":"00/; s/ --seed 7 / --seed 8 /' "$data/same.jsonl" >"$scratch/seed.jsonl"
verify "another seed: a note" compare 0 "$data/before.jsonl" "$scratch/seed.jsonl"
verify "another seed: is told" grep -q "note: the seed, so the items too, was 7 and is 8" "$scratch/out"
sed 's/"workload":"facts"/"workload":"rules"/' "$data/same.jsonl" >"$scratch/rules.jsonl"
verify "no cell in common: 5" compare 5 "$data/before.jsonl" "$scratch/rules.jsonl"

verify "--margin decides" compare 0 "$data/before.jsonl" "$data/slower.jsonl" --margin 15
awk 'NR <= 25' "$data/before.jsonl" >"$scratch/few.jsonl"
verify "too few rounds: 4" compare 4 "$scratch/few.jsonl" "$data/slower.jsonl"
verify "too few rounds: the number is told" grep -q "^Rounds: 4; it takes 7 " "$scratch/out"

# waive WANTED LINE...: slower than before, with these waivers.
waive() {
    local wanted=$1
    shift
    printf '%s\n' "$@" >"$scratch/waivers"
    compare "$wanted" "$data/before.jsonl" "$data/slower.jsonl" --waive "$scratch/waivers"
}
verify "a waiver in force: 0" waive 0 "# known" "" "until=2999-12-31 strategy=thread-local batch=1000 # we know"
verify "and is told" grep -q "waived until 2999-12-31: we know" "$scratch/out"
verify "and the last line counts it" last_line_has "1 regressed and waived"
verify "a waiver that expired: 1" waive 1 "until=2020-01-31 strategy=thread-local # we knew"
verify "and that is told" grep -q "waiver in line 1 expired on 2020-01-31: we knew" "$scratch/out"
verify "a waiver of another cell: 1" waive 1 "until=2999-12-31 strategy=thread-local batch=100 # we know"
verify "a waiver without a reason: 2" waive 2 "until=2999-12-31 strategy=text"
verify "a waiver without a day: 2" waive 2 "strategy=text # why"
verify "a waiver until no day: 2" waive 2 "until=2999-13-31 # why"
verify "an unknown field: 2, and its line" waive 2 "# x" "until=2999-12-31 stratgy=text # why"
verify "is told" grep -q "line 2: unknown field 'stratgy'" "$scratch/err"
verify "a crash cannot be waived: 3" bash -c "echo 'until=2999-12-31 # all' >'$scratch/all'; '$build/triebench' compare '$data/before.jsonl' '$data/crash.jsonl' --waive '$scratch/all' >/dev/null; [[ \$? -eq 3 ]]"

verify "--json" compare 1 "$data/before.jsonl" "$data/slower.jsonl" --json
verify "--json: a second reader agrees" jq -e '.status == 1 and .forced == null and (.cells | length) == 4 and
    ([.cells[] | select(.verdict == "regressed")] | length) == 1 and
    (.cells[] | select(.verdict == "regressed") | .strategy == "thread-local" and .low > 1.03 and .low < .ratio)' "$scratch/out"
compare 3 "$data/before.jsonl" "$data/crash.jsonl" --json
verify "--json: no time where it crashed" jq -e '.cells[] | select(.verdict == "crash appeared") |
    .ratio == null and .p == null and .signature == "4be1c0d2a97f0a31" and .after.failed == 1' "$scratch/out"

head -c 20000 "$data/same.jsonl" >"$scratch/cut.jsonl"
verify "a file that was cut is read as far as it goes" compare 0 "$data/before.jsonl" "$scratch/cut.jsonl"
verify "and says so" grep -q "^not read: line [0-9]*: cut short" "$scratch/out"
sed 's/"schema":1/"schema":2/' "$data/same.jsonl" >"$scratch/newer.jsonl"
verify "a newer schema: 2" compare 2 "$data/before.jsonl" "$scratch/newer.jsonl"
verify "one operand: 2" compare 2 "$data/before.jsonl"
verify "an unknown option: 2" compare 2 "$data/before.jsonl" "$data/same.jsonl" --marign 3
verify "and the right one is named" grep -q "did you mean --margin" "$scratch/err"
mkdir "$scratch/run" && cp "$data/same.jsonl" "$scratch/run/run.jsonl"
verify "a folder stands for its file" compare 0 "$data/before.jsonl" "$scratch/run"
verify "the fixtures are as make.sh leaves them" bash -c "cp -r $data '$scratch/again' && '$scratch/again/make.sh' && diff -r $data '$scratch/again'"
