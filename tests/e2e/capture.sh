#!/usr/bin/env bash
# capture.sh - what a crash leaves: where it was, by name, in every thread; and nothing else.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

# crash NAME [OPTION...]: a saboteur's trial.
crash() {
    local name=$1
    shift
    run_trial "$scratch/$name" --strategy "$build/saboteurs/$name.so" --symbols inline --workload facts --batch 20 \
        --samples 8 --timeout 2 --threads 1 "$@"
    [[ $? == 3 ]]
}

# has NAME FILTER WANTED: what the crash object of that trial says.
has() {
    local got
    got=$(trials "$scratch/$1" "$2")
    [[ $got == "$3" ]] || { echo "$2: $got"; return 1; }
}

# captured NAME SIGNAL: the signal, and the frame where the saboteur did it, with file and a line.
captured() {
    crash "$1" && has "$1" .crash.signal_name "$2" &&
        has "$1" '[.crash.frames[] | select(.function == "sabotage" or .function == "descend")][0] | .file | split("/")[-1]' "$1.c" &&
        has "$1" '[.crash.frames[] | select(.function == "sabotage" or .function == "descend")][0] | .line > 0' true &&
        has "$1" '.crash.signature | test("sabotage|descend")' true && has "$1" .crash.phase insert
}
verify "SIGSEGV: function, file and line" captured segv SIGSEGV
verify "SIGSEGV at 0x10 is null+0x10" has segv .crash.address_class null+0x10
verify "SIGBUS: function, file and line" captured bus SIGBUS
verify "SIGFPE: function, file and line" captured fpe SIGFPE
verify "SIGILL: function, file and line" captured ill SIGILL
called_nobody() {
    captured jump-null SIGSEGV && has jump-null .crash.address_class null &&
        has jump-null '[.crash.frames[:2][] | .function] | tostring' '[null,"sabotage"]'
}
verify "a call of a null pointer: who called" called_nobody
verify "SIGABRT: function, file and line" captured abrt SIGABRT
verify "an abort carries what was printed" has abrt .crash.message "saboteur: the invariant is broken"
verify "stack overflow: function, file and line" captured stack-overflow SIGSEGV
verify "a stack overflow is told from a null read" has stack-overflow .crash.address_class stack-guard

overflow_in_a_thread() {
    crash stack-overflow-thread --threads 2 --bind none && has stack-overflow-thread .crash.address_class stack-guard &&
        has stack-overflow-thread '.crash.frames[0].function' descend && has stack-overflow-thread '.crash.thread' 1 &&
        has stack-overflow-thread '.crash.stacks | length >= 2' true
}
verify "a stack overflow in a thread of a pool, with the stacks of all threads" overflow_in_a_thread

corrupted_heap() {
    crash heap-corrupt && has heap-corrupt .outcome abort && has heap-corrupt '.crash.message | test("free")' true &&
        has heap-corrupt .crash.signature "SIGABRT (allocator)<sabotage<saboteur_insert insert"
}
verify "a corrupted heap: the C library's own words, and whose call it was" corrupted_heap

# One bug, and every allocator dies of it in functions of its own.
same_cause() {
    local allocator signature
    for allocator in glibc jemalloc mimalloc tcmalloc; do
        rm -rf "$scratch/free-wild"
        crash free-wild --alloc "$allocator" || { echo "$allocator: no crash"; return 1; }
        signature=$(trials "$scratch/free-wild" .crash.signature)
        echo "$allocator: $signature"
        [[ $signature == *" (allocator)<sabotage<saboteur_insert insert" ]] || return 1
    done
}
verify "one bug has one place under each allocator" same_cause

verify "a hang is looked at before it is killed" captured hang hang
waits_in_the_kernel() {
    crash vfork-hang && has vfork-hang .outcome hang && has vfork-hang '.crash.stacks_left_out' 1 &&
        ! pgrep -f "$build/triebench-worker.*saboteurs/vfork-hang.so"
}
verify "a hang that cannot be looked at is told, and its processes end" waits_in_the_kernel
killed() {
    crash kill && has kill .outcome lost && has kill .crash null &&
        has kill '.progress[0] | [.thread, .phase] | tostring' '[0,"insert"]' && has kill '.progress[0].sample' 2
}
verify "what is killed by SIGKILL has left how far it was" killed
verify "equal crashes have equal signatures" bash -c "
    $(declare -f run_trial crash trials); scratch=$scratch build=$build
    first=\$(trials $scratch/segv .crash.signature)
    mkdir -p $scratch/again && mv $scratch/segv $scratch/again/ && crash segv
    [[ -n \$first && \$first == \"\$(trials $scratch/segv .crash.signature)\" ]]"

# A row of crashing trials leaves no process, no descriptor and no torn record: each that was left would meet the limit
# before the row ends. CRASHES=1000 for the whole row.
row() {
    local count=${CRASHES:-30}
    ulimit -n 32
    "$build/triebench" run --quiet --strategy "$build/saboteurs/segv.so" --symbols inline --workload facts --batch 20 --samples 8 \
        --threads 1 --rounds "$count" --out "$scratch/row" >/dev/null 2>&1
    [[ $? == 3 ]] && [[ $(trials "$scratch/row" '.crash.signature_hash' | sort | uniq -c | awk '{print $1}') == "$count" ]] &&
        ! pgrep -f "$build/triebench-worker.*saboteurs/segv.so"
}
verify "a row of crashes is one signature, and leaves nothing behind" eval "(row)"
