#!/usr/bin/env bash
# crash.sh - the study's crash can be repeated under every allocator, and is gone where the permits are sound.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

allocators=(glibc jemalloc mimalloc tcmalloc)

# search NAME SECONDS OPTION...: the study's cell, perturbed, until it crashes.
search() {
    local name=$1 seconds=$2
    shift 2
    "$build/triebench" run --quiet --workload facts --batch 1000 --threads 18 --symbols interned --until-crash \
        --budget "$seconds" --out "$scratch/$name" "$@" >"$scratch/$name.out" 2>"$scratch/$name.err"
}

crashes() {
    local allocator=$1 seed
    for seed in 1 2; do
        search "$allocator-$seed" 20 --alloc "$allocator" --strategy thread-local:permits=leaky --perturb $seed
        [[ $? == 3 ]] || { tail -n 20 "$scratch/$allocator-$seed".{out,err}; return 1; }
        grep -q 'crashed after' "$scratch/$allocator-$seed.out" || return 1
        trials "$scratch/$allocator-$seed" '.crash.address_class' | tail -n 1 >>"$scratch/classes"
        trials "$scratch/$allocator-$seed" '.samples_ns | length' | grep -qv '^0$' && return 1
    done
    return 0
}
for allocator in "${allocators[@]}"; do
    verify "leaky permits crash within 20 s under $allocator, perturbed" crashes "$allocator"
done
verify "the crash is a read of null+0x10, in at least one of eight" grep -qxF 'null+0x10' "$scratch/classes"

survives() {
    search "sound-$1" 3 --alloc "$1" --strategy thread-local,space-parallel --perturb 1 || { cat "$scratch/sound-$1.out"; return 1; }
    [[ $(trials "$scratch/sound-$1" '.outcome' | sort -u) == ok ]] &&
        [[ $(trials "$scratch/sound-$1" '.samples_corrupt, .texts_wrong, .slabs_lost' | sort -u) == 0 ]] &&
        (($(trials "$scratch/sound-$1" '.samples_checked' | head -n 1) > 5))
}
for allocator in "${allocators[@]}"; do
    verify "sound permits survive the same under $allocator, every check right" survives "$allocator"
done

total() {
    trials "$1" "$2" | awk '{sum += $1} END {print sum + 0}'
}

# What comes first is silent: two texts share their bytes, and only the check sees it.
silent() {
    local dir corrupt=0 wrong=0 lost=0
    for dir in "$scratch"/{glibc,jemalloc,mimalloc,tcmalloc}-{1,2}; do
        ((corrupt += $(total "$dir" .samples_corrupt), wrong += $(total "$dir" .texts_wrong), lost += $(total "$dir" .slabs_lost)))
    done
    echo "eight runs: $corrupt samples, $wrong texts wrong, $lost slabs lost"
    ((corrupt > 0 && wrong >= corrupt && lost > 0))
}
verify "before they crashed, the check and the counters found texts that are not those interned, and slabs lost" silent

preempted() {
    search preempted 3 --alloc glibc --strategy thread-local --preempt 100 || return 1
    [[ $(trials "$scratch/preempted" '.outcome' | sort -u) == ok ]] &&
        [[ $(trials "$scratch/preempted" '.search.preempt_us' | sort -u) == 100 ]]
}
verify "sound permits survive preemption every 100 us" preempted

# ThreadSanitizer's worker, by hand: the sanitizers' runtime takes malloc's place, so only glibc is asked for.
race() {
    "$build/tsan/triebench-worker" --workload facts --batch 1000 --threads 8 --symbols interned --samples-max 3 --samples-min 1 \
        --warmup 0 --strategy "$1" >"$scratch/race.out" 2>"$scratch/race.err"
}
leaky_race() {
    race thread-local:permits=leaky
    grep -q 'WARNING: ThreadSanitizer: data race' "$scratch/race.err" && grep -Eq '#0 (intern_|entry_write)' "$scratch/race.err"
}
lazy_race() {
    race thread-local:root=lazy
    grep -q 'WARNING: ThreadSanitizer: data race' "$scratch/race.err" && grep -Eq '#0 make_root_lazily' "$scratch/race.err" &&
        ! grep -Eq '#0 (intern_|entry_write)' "$scratch/race.err"
}
no_race() {
    race thread-local && ! grep -q ThreadSanitizer "$scratch/race.err"
}
verify "ThreadSanitizer finds the race of leaky permits, in the interning function" leaky_race
verify "ThreadSanitizer finds the race of the lazy root, and that alone" lazy_race
verify "ThreadSanitizer finds nothing where they are sound" no_race
