#!/usr/bin/env bash
# repro.sh - the study is judged claim by claim; what a short run can tell surely is held.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

"$build/triebench" repro --quiet --rounds 2 --budget 4 --out "$scratch/repro" >"$scratch/repro.out" 2>"$scratch/repro.err"
status=$?
ended() {
    [[ $status == 0 && ! -s $scratch/repro.err ]] || { cat "$scratch"/repro.{out,err}; return 1; }
}
verify "the claims are judged" ended

# verdict ID VERDICT: of every row of the claim.
verdict() {
    jq -r --arg id "$1" '.[] | select(.id == $id) | .verdict' "$scratch/repro/claims.json" | sort -u | grep -qx "$2" ||
        { jq --arg id "$1" '.[] | select(.id == $id)' "$scratch/repro/claims.json"; return 1; }
}
verify "approach 3 crashes with the original's race (C12)" verdict C12 reproduced
verify "it does so under other allocators too, so it is not jemalloc's arenas (C4)" verdict C4 refuted
verify "approach 2 does not crash (C31)" verdict C31 refuted
verify "sound private tries crash under no allocator (C47)" verdict C47 refuted
verify "threads that only allocate crash nothing (C23)" verdict C23 refuted
verify "jemalloc makes no arena a map (C20)" verdict C20 refuted
verify "Amdahl's bound is right as arithmetic (C25)" verdict C25 reproduced
verify "a ratio is not decided by two rounds (C8)" verdict C8 undecided

all_there() {
    local ids
    ids=$(jq -r '.[].id' "$scratch/repro/claims.json" | sort -u | wc -l)
    [[ $ids == 69 ]] || { echo "$ids claims"; return 1; }
    diff <(grep '^|' "$scratch/repro.out") <(grep '^|' "$scratch/repro/claims.md")
}
verify "all 69 claims are told, on the screen as in the file" all_there
again() {
    local line
    line=$(jq -r '.[] | select(.id == "C23") | .replay' "$scratch/repro/claims.json")
    eval "$line --quiet --out $scratch/again" >"$scratch/again.out" 2>&1 || { cat "$scratch/again.out"; return 1; }
}
verify "a claim's line runs its cell again" again

judged_again() {
    "$build/triebench" repro --from "$scratch/repro" --out "$scratch/judged" >"$scratch/judged.out" 2>&1 || { cat "$scratch/judged.out"; return 1; }
    cmp "$scratch/repro/claims.json" "$scratch/judged/claims.json"
}
verify "what was measured is judged again, alike" judged_again
