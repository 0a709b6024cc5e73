#!/usr/bin/env bash
# run.sh - the main job through the command line: the matrix, its record, interruption and resumption, wrong usage.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

# Under each allocator every trial is well, and proves whose malloc it ran on.
four_allocators() {
    run_trial "$scratch/four" --alloc glibc,jemalloc,mimalloc,tcmalloc --strategy sequential,thread-local \
        --workload facts --batch 100 --threads 2 --samples 10 || return 1
    [[ $(trials "$scratch/four" '.outcome' | sort | uniq -c | tr -s ' ') == " 8 ok" ]] || return 1
    [[ $(trials "$scratch/four" 'select(.keys_found == .keys_expected and .digest == .digest_expected) | 1' | wc -l) == 8 ]] ||
        return 1
    trials "$scratch/four" '[.cell.allocator, .allocator_served.object] | @tsv' >"$scratch/served"
    local name library
    while read -r name library; do
        [[ $(awk -v n="$name" '$1 == n' "$scratch/served" | grep -c "$library") == 2 ]] || return 1
    done <<<'glibc libc\.so
jemalloc libjemalloc
mimalloc libmimalloc
tcmalloc libtcmalloc_minimal'
}
verify "eight trials under four allocators, each proven and checked" four_allocators

every_strategy() {
    run_trial "$scratch/every" --workload facts,rules --batch 0,1,7,300 --samples 3 --threads 2 --alloc jemalloc ||
        { cat "$scratch/every.err"; return 1; }
    [[ $(trials "$scratch/every" '.outcome' | sort -u) == ok ]]
}
verify "every strategy on facts and rules, also on no item and on one" every_strategy

every_workload() {
    # shellcheck disable=SC2016  # $x is a variable of the expressions
    printf '(a b)\n; comment\n(a (b $x) "c d")\n(e $x $x)\n(f)\n' >"$scratch/some.metta"
    run_trial "$scratch/workloads" --workload "words,wordnet,random,file:$scratch/some.metta:order=shuffled,facts:duplicates=50" \
        --batch 4 --samples 5 --threads 2 || { cat "$scratch/workloads.err"; return 1; }
    [[ $(trials "$scratch/workloads" '.outcome' | sort -u) == ok ]]
}
verify "every workload under every strategy" every_workload

# Whatever the pool and however many the threads.
pools() {
    run_trial "$scratch/pools" --strategy "thread-local:pool=spawn,thread-local:pool=park,thread-local:pool=spin" \
        --threads 1,2,5 --batch 100 --workload facts --samples 5 --symbols inline || return 1
    [[ $(trials "$scratch/pools" '.outcome' | sort -u) == ok ]] || return 1
    [[ $(trials "$scratch/pools" 'select(.cell.threads == 5) | .oversubscribed' | sort -u) == "$(
        (($(nproc) < 5)) && echo true || echo false
    )" ]]
}
verify "pools that spawn, park and spin, also with more threads than cores" pools

# What a record line says can be had again from its replay line: the same cell, the same digest.
replays() {
    local of='select(.cell.allocator == "jemalloc" and .cell.strategy == "sequential")' line
    line=$(trials "$scratch/four" "$of | .replay")
    [[ $line == *triebench\ run* ]] || return 1
    bash -c "$line --quiet --out '$scratch/again'" >/dev/null 2>&1 || return 1
    [[ $(trials "$scratch/again" '[.digest, .samples] | @tsv') == "$(trials "$scratch/four" "$of | [.digest, .samples] | @tsv")" ]]
}
verify "a replay line gives the same trial again" replays

# A run that is interrupted has a readable file, and goes on from it.
resumes() {
    local dir=$scratch/resumed
    timeout --preserve-status -s INT 1.5 "$build/triebench" run --quiet --strategy sequential,individual --workload facts \
        --batch 1000,2000,3000 --rounds 4 --budget 12 --out "$dir" >/dev/null 2>&1
    [[ $? == 130 ]] || return 1
    ! pgrep -f "$build/triebench-worker" || return 1
    [[ $(jq -c . "$dir/run.jsonl" | wc -l) == "$(wc -l <"$dir/run.jsonl")" ]] || return 1
    (($(trials "$dir" 1 | wc -l) > 0 && $(trials "$dir" 1 | wc -l) < 24)) || return 1
    "$build/triebench" run --quiet --resume "$dir" >/dev/null 2>&1 || return 1
    [[ $(trials "$dir" '[.round, .cell.strategy, .cell.batch] | @tsv' | sort -u | wc -l) == 24 ]] || return 1
    [[ $(trials "$dir" 1 | wc -l) == 24 ]]
}
verify "Ctrl-C leaves a readable file, and --resume completes it without doing a trial twice" resumes

dry_run() {
    "$build/triebench" run --dry-run --strategy sequential --batch 10 --workload facts --out "$scratch/dry" >"$scratch/dry.out" 2>&1 ||
        return 1
    [[ ! -e $scratch/dry ]] && grep -q 'trials' "$scratch/dry.out"
}
verify "--dry-run prints the plan and touches nothing" dry_run

# wrong WORDS OPTION...: status 2, and the message has the words.
wrong() {
    local words=$1
    shift
    "$build/triebench" "$@" >"$scratch/wrong.out" 2>"$scratch/wrong.err"
    if [[ $? != 2 ]] || ! grep -Eq -- "$words" "$scratch/wrong.err"; then
        cat "$scratch/wrong.err"
        return 1
    fi
}
verify "an unknown command is named" wrong "'?rnu'?.*" rnu
verify "an unknown option is named" wrong "--batchs" run --batchs 10
verify "an unknown strategy lists the known ones" wrong "thread-local" run --strategy thread-locale
verify "an unknown option of a strategy lists the known ones" wrong "pool" run --strategy thread-local:poul=spin
verify "an unknown allocator lists the known ones" wrong "jemalloc.*mimalloc" run --alloc yemalloc
verify "an unknown knob lists the known ones" wrong "narenas" run --alloc jemalloc:arenas=1
verify "an unknown workload is named, with the near one" wrong "'fakts'.*'facts'" run --workload fakts
verify "a batch that is no number is named" wrong "batch" run --batch ten
verify "a directory that is in use is not overwritten" wrong "four" run --out "$scratch/four"

bad_file() {
    printf '(a)\n(b c' >"$scratch/bad.metta"
    run_trial "$scratch/bad" --strategy sequential --batch 1 --workload "file:$scratch/bad.metta"
    [[ $? == 5 ]] && grep -q 'bad.metta:2:1: the list is not closed' "$scratch/bad.out"
}
verify "a bad file of expressions is refused, with line and column" bad_file

knobs() {
    run_trial "$scratch/knobs" --alloc "jemalloc:narenas=1:tcache=false,glibc:arena_max=1" --strategy thread-local --threads 2 \
        --batch 50 --workload facts --samples 5 || return 1
    [[ $(trials "$scratch/knobs" 'select(.cell.allocator == "jemalloc") | .contention.arenas_limit') == 1 ]] || return 1
    [[ $(trials "$scratch/knobs" 'select(.cell.allocator == "glibc") | .contention.arenas_limit') == 1 ]]
}
verify "knobs take effect, as the allocators' own counters say" knobs

any_library() {
    run_trial "$scratch/other" --alloc "$(ldconfig -p | awk '/libtcmalloc_minimal\.so\.4 / {print $NF; exit}')" \
        --strategy sequential --batch 10 --workload facts --samples 5
}
verify "any library can be preloaded by its path" any_library

printf '#!/bin/sh\necho '\''{"page":1,"strategies":[],"workloads":[]}'\''\n' >"$scratch/old-worker"
chmod +x "$scratch/old-worker"
of_another_version() {
    TRIEBENCH_WORKER=$scratch/old-worker run_trial "$scratch/old" --strategy nothing
    [[ $? == 2 ]] && grep -q 'is of another version (its trial page is 1, .*build it again' "$scratch/old.err"
}
verify "a worker of another version is named, with the way out" of_another_version

controls() {
    run_trial "$scratch/controls" --strategy nothing,churn,bound,twice,sequential,thread-local --batch 10 --workload facts \
        --samples 5 || return 1
    [[ $(trials "$scratch/controls" 'select(.control) | .cell.strategy' | sort | tr '\n' ' ') == 'bound churn nothing twice ' ]] &&
        grep -q 'fastest, .*: \(sequential\|thread-local\) at 10' "$scratch/controls.out"
}
verify "the record tells which are controls, and none of them is the fastest" controls
