#!/usr/bin/env bash
# compare-builds.sh - two builds measured in the rounds of one run, and compared; and `make compare` against a revision.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

mkdir "$scratch/new" "$scratch/crashing" "$scratch/empty,comma"
cp "$build/triebench-worker" "$scratch/new"
cat >"$scratch/crashing/triebench-worker" <<WORKER
#!/bin/sh
case "\$*" in --describe*) exec "$build/triebench-worker" "\$@" ;; esac
kill -SEGV \$\$
WORKER
chmod +x "$scratch/crashing/triebench-worker"

# compare WANTED ARGUMENT...: as in compare.sh.
compare() {
    local wanted=$1
    shift
    "$build/triebench" compare "$@" >"$scratch/out" 2>"$scratch/err"
    [[ $? -eq $wanted ]] || { cat "$scratch/out" "$scratch/err"; return 1; }
}

small=(--strategy 'sequential,two-pass' --workload facts --batch 10 --symbols inline --samples 5 --quiet)

verify "two rounds tell nothing: 4" compare 4 --build "$build" --build "$scratch/new" "${small[@]}" --rounds 2 --out "$scratch/run"
verify "one cell a strategy, the twin left out" test "$(grep -c '^  facts, batch 10, ' "$scratch/out")" = 2
verify "both are named" grep -q "^after   $scratch/new: run " "$scratch/out"
verify "interleaved, so there is no warning" bash -c "! grep -q 'times of their own' '$scratch/out'"
verify "each cell ran once a round in each build" jq -es 'map(select(.type == "trial")) | length == 12 and
    (group_by([.round, .cell.strategy, .cell.twin]) | length == 6 and all(.[]; length == 2 and .[0].cell.build != .[1].cell.build))' \
    "$scratch/run/run.jsonl"
# shellcheck disable=SC2016 # jq's own variable
verify "the two stand beside each other" jq -es 'map(select(.type == "trial")) | [range(0; 12; 2) as $i | .[$i:$i + 2]] |
    all(.[]; .[0].position + 1 == .[1].position and .[0].cell.strategy == .[1].cell.strategy and .[0].cell.twin == .[1].cell.twin)' \
    "$scratch/run/run.jsonl"
replay=$(trials "$scratch/run" 'select(.cell.build == "'"$scratch/new"'") | .replay' | head -n 1)
verify "a trial is replayed in its build" bash -c "$replay --quiet --out '$scratch/replayed'"
verify "and in no other" test "$(trials "$scratch/replayed" .cell.build)" = "$scratch/new"
verify "the run is compared again by its folder" compare 4 "$scratch/run"
verify "with the same result" grep -q "^before  $build: run " "$scratch/out"
verify "--json" compare 4 "$scratch/run" --json
verify "--json says that it was interleaved" jq -e '.interleaved and (.cells | length) == 2' "$scratch/out"

verify "the two of a cell sample for some time" bash -c "'$build/triebench' compare --build '$build' --build '$scratch/new' --strategy sequential \
    --workload facts --batch 1000 --rounds 3 --budget 3 --looks 1 --quiet --out '$scratch/paced' >'$scratch/out' 2>&1; [[ \$? -ne 2 ]]"
verify "and take as many samples" jq -es 'map(select(.type == "trial")) | length == 12 and
    all(group_by([.round, .cell.strategy, .cell.twin])[]; .[0].samples == .[1].samples)' "$scratch/paced/run.jsonl"

# With --samples what a cell takes is known, so there is time for a second look; at no margin nothing is equivalent.
verify "inconclusive cells are looked at again, or found to have changed" bash -c "'$build/triebench' compare --build '$build' --build '$scratch/new' \
    ${small[*]} --rounds 8 --margin 0 --out '$scratch/looks' >'$scratch/first.out' 2>'$scratch/err'; [[ \$? -eq 4 || \$? -eq 1 || \$? -eq 0 ]]"
verify "the level was split" grep -q '^level split beforehand: 4 % for a first look, 1 % for a second; ' "$scratch/first.out"
# shellcheck disable=SC2016 # jq's own variable
verify "the second look is of those cells alone" jq -es '.[0] as $run | map(select(.type == "trial")) |
    length == $run.trials and (map(.cell.build) | group_by(.) | length == 2) and all(.[]; .cell.twin | not)' "$scratch/looks/again/run.jsonl"
# shellcheck disable=SC2016 # jq's own variable
verify "in fresh rounds" bash -c "test \$(jq .seed '$scratch/looks/run.jsonl' | head -n 1) != \$(jq .seed '$scratch/looks/again/run.jsonl' | head -n 1)"
verify "both looks are compared again by their folder" bash -c "'$build/triebench' compare '$scratch/looks' --margin 0 >'$scratch/again.out'; cmp <(grep -v '^before\|^after' '$scratch/first.out') <(grep -v '^before\|^after' '$scratch/again.out')"
verify "--json tells of them" bash -c "'$build/triebench' compare '$scratch/looks' --margin 0 --json | jq -e '.second_look.cells >= 1 and (.cells | map(.first_look != null) | any)'"
verify "--looks 1 looks once" compare 4 --build "$build" --build "$scratch/new" "${small[@]}" --rounds 2 --looks 1 --out "$scratch/once"
verify "and splits nothing" bash -c "! grep -q 'split' '$scratch/out' && test ! -e '$scratch/once/again'"
verify "--looks is for builds: 2" compare 2 "$scratch/run" --looks 2

verify "a build that crashes: 3" compare 3 --build "$build" --build "$scratch/crashing" "${small[@]}" --rounds 1 --out "$scratch/crash"
verify "and is named" bash -c "tail -n 1 '$scratch/out' | grep -q '^crash appeared: '"
verify "a base of which nothing went well is no base: 5" compare 5 --build "$scratch/crashing" --build "$build" "${small[@]}" --rounds 1 --out "$scratch/dead"
verify "and says why" grep -q "no trial before went well: " "$scratch/err"
verify "a folder without a worker: 2" compare 2 --build "$build" --build "$scratch/empty,comma" "${small[@]}"
verify "and is named whole" grep -qF "no triebench-worker in $scratch/empty,comma" "$scratch/err"
verify "one build: 2" compare 2 --build "$build"
verify "three builds: 2" compare 2 --build a --build b --build c
verify "a run of one build cannot stand alone: 2" compare 2 tests/data/compare/same.jsonl
verify "an unknown option of run: 2" compare 2 --build "$build" --build "$scratch/new" --stratgy x

if git rev-parse HEAD >/dev/null 2>&1; then
    make_compare() {
        make --no-print-directory compare BUILD="$scratch/make" BASE=HEAD STRATEGY=sequential BATCH=10 BUDGET=2 ROUNDS=6 >"$scratch/out"
        local status=$?
        [[ $status -eq 0 || $status -eq 2 ]] && grep -q "^before  $scratch/make/base/$(git rev-parse HEAD)/build: " "$scratch/out"
    }
    cd "$scratch" && git -C "$root" worktree list | wc -l >"$scratch/trees"
    cd "$root" || exit 1
    verify "make compare builds a revision beside the tree" make_compare
    git worktree remove --force "$scratch/make/base/$(git rev-parse HEAD)"
    verify "and leaves the work trees as they were" test "$(git worktree list | wc -l)" -eq "$(cat "$scratch/trees")"
    verify "a revision that there is not: 2" bash -c "! scripts/base.sh no-such-revision '$scratch/make'"
fi
