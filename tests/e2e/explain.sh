#!/usr/bin/env bash
# explain.sh - a race is put down to the permits, a crash for want of memory to its limit, and a healthy cell to nothing.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

# explain NAME SECONDS OPTION...: its exit status.
explain() {
    local name=$1 seconds=$2
    shift 2
    "$build/triebench" explain --quiet --budget "$seconds" --out "$scratch/$name" "$@" >"$scratch/$name.out" 2>"$scratch/$name.err"
}

# named NAME SENTENCE FACTOR: whether the factor stands in that sentence at the end.
named() {
    sed -n "s/^$2: \(.*\)\.\$/, \1, /p" "$scratch/$1.out" | grep -q ", $3, " || { cat "$scratch/$1".{out,err}; return 1; }
}

none_lost() {
    [[ -z $(trials "$scratch/$1" 'select(.outcome == "lost") | .reason') ]]
}

leaky=(--strategy 'thread-local:permits=leaky' --symbols interned --threads 18 --batch 1000 --workload facts --perturb 1)
verify "the leaky cell is explained" explain leaky 180 --rounds 14 --single "${leaky[@]}"
for factor in permits symbols threads; do
    verify "its crash follows $factor" named leaky 'The crash follows' "$factor"
done
# With so few trials a factor is now and then not cleared ("cannot tell"); accused it must never be.
unaccused() {
    ! named "$@" >/dev/null
}
for factor in allocator 'arena limit'; do
    verify "its crash is not put down to the $factor" unaccused leaky 'The crash follows' "$factor"
done
verify "no trial of it is lost" none_lost leaky

again() {
    local line
    line=$(sed -n 's/^  0  \(.*triebench run .*\)/\1/p' "$scratch/leaky.out")
    eval "$line --quiet --out $scratch/again" >"$scratch/again.out" 2>&1
    if [[ $? != 3 ]] || ! grep -q 'crashed after' "$scratch/again.out"; then
        cat "$scratch/again.out"
        return 1
    fi
}
verify "the replay line of the given cell crashes again" again

# With small stacks, 32 of which leave jemalloc too little for its arenas, the limit need not be hit exactly.
ulimit -s 256
short=(--strategy thread-local --threads 32 --batch 1000 --workload facts)
window() {
    local mib
    for mib in 52 48 56 44 60 64 68; do
        run_trial "$scratch/window-$mib" --alloc jemalloc "${short[@]}" --memory-limit "${mib}M" --samples 3 --timeout 10
        [[ $(trials "$scratch/window-$mib" '.outcome') == crash ]] && { limit=${mib}M; return; }
    done
    return 1
}
limit=52M
verify "jemalloc crashes where address space runs out" window
verify "that cell is explained" explain short 60 --rounds 6 --alloc jemalloc "${short[@]}" --memory-limit "$limit"
verify "its crash follows the memory limit" named short 'The crash follows' 'memory limit'
verify "its crash does not follow the permits" named short 'It does not follow' permits
pairs() {
    if ! grep -q '^In pairs, of the factors that it does not follow' "$scratch/short.out" ||
        ! grep -Eq '^(No two of them were seen to make it vanish together|Together it follows): ' "$scratch/short.out"; then
        cat "$scratch/short.out"
        return 1
    fi
}
verify "two that it does not follow singly are told together" pairs

verify "a healthy cell leaves nothing to explain" explain healthy 4 --strategy thread-local --threads 4
verify "and is told as such" grep -q '^nothing to explain: 0 of [1-9][0-9]* trials crashed' "$scratch/healthy.out"

refused() {
    explain several 4 --strategy thread-local --threads 1,2
    [[ $? == 2 ]] && grep -q 'one cell' "$scratch/several.err"
}
verify "more than one cell is a mistake" refused
