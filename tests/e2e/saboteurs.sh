#!/usr/bin/env bash
# saboteurs.sh - every way a strategy can end badly is its own outcome, costs no other trial, and leaves no process behind.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

# One run of a saboteur and a healthy strategy, whose trials stand before and behind it.
sabotage() {
    run_trial "$scratch/$1" --strategy "$build/saboteurs/$1.so,sequential" --symbols inline --workload facts \
        --batch 20 --samples 8 --timeout 2 --threads 1 "${@:2}"
}

# ends SABOTEUR OUTCOME REASON-PATTERN [OPTION...]
ends() {
    local name=$1 outcome=$2 reason=$3
    shift 3
    sabotage "$name" "$@"
    local status=$?
    local of="select(.cell.strategy|test(\"$name\"))"
    [[ $(trials "$scratch/$name" "$of | .outcome") == "$outcome" ]] || {
        cat "$scratch/$name.err"
        trials "$scratch/$name" '[.cell.strategy, .outcome, .reason] | @tsv'
        return 1
    }
    trials "$scratch/$name" "$of | .reason" | grep -Eq "$reason" || {
        trials "$scratch/$name" "$of | .reason"
        return 1
    }
    [[ $(trials "$scratch/$name" 'select(.cell.strategy=="sequential") | .outcome') == ok ]] || return 1
    [[ $(jq -r 'select(.type=="end") | .finished' "$scratch/$name/run.jsonl") == true ]] || return 1
    [[ $status == 3 ]] || { echo "exit status $status"; return 1; }
    ! pgrep -f "$build/triebench-worker.*saboteurs/$name.so"
}

# hypothesis SABOTEUR: what a plug-in says of itself, if anything.
hypothesis() {
    "$build/triebench-worker" --describe-strategy "$build/saboteurs/$1.so" | jq -r '.strategies[0].hypothesis'
}
verify "a plug-in states its hypothesis" test "$(hypothesis delay | cut -c1-8)" = "It takes"
verify "or none" test "$(hypothesis exit)" = null

for signal in SEGV BUS FPE ILL; do
    name=${signal,,}
    verify "SIG$signal is a crash" ends "$name" crash "SIG$signal"
    verify "SIG$signal is told by name in the crash object" \
        test "$(trials "$scratch/$name" 'select(.crash) | .crash.signal_name')" = "SIG$signal"
done
verify "SIGABRT is an abort" ends abrt abort SIGABRT
verify "a stack overflow is a crash" ends stack-overflow crash SIGSEGV
verify "an exit with 0 in the middle is lost" ends exit lost "exited with status 0"
verify "an exit with 3 in the middle is lost" ends exit-3 lost "exited with status 3"
verify "a sleep without end is a hang" ends hang hang "no end within 2 s"
verify "a loop without end is a hang" ends spin hang "no end within 2 s"
verify "a stopped process is a hang" ends stop hang "no end within 2 s"
verify "memory without end is oom, under a limit of address space" ends eat-memory oom "" --memory-limit 536870912
verify "a lost key is corrupt" ends lose-one corrupt "19 of 20 keys"
verify "a key too many is corrupt" ends add-one corrupt "21 of 20 keys"
# The end of the pipe and that of the worker can be seen in either order.
verify "a closed pipe is lost" ends close-pipe lost "closed its report pipe|before it reported"
verify "SIGKILL from elsewhere is lost" ends kill lost "SIGKILL"

# The trial itself is well, but it leaves a child behind that must not outlive it.
leaves_no_grandchild() {
    sabotage fork-bomb-lite
    ! pgrep -f "$build/triebench-worker.*fork-bomb-lite"
}
verify "a process that a strategy left behind is ended with its group" leaves_no_grandchild

# refuses PLUG-IN WORDS: status 2 before anything ran, and the reason names what is wrong.
refuses() {
    sabotage "$1"
    if [[ $? != 2 || -e $scratch/$1/run.jsonl ]] || ! grep -Eqi "$2" "$scratch/$1.err"; then
        cat "$scratch/$1.err"
        return 1
    fi
}
verify "a plug-in of another version is refused" refuses bad-abi "999"
verify "a plug-in without the symbol is refused" refuses no-symbol "triebench_strategy"
verify "a plug-in without a call is refused" refuses null-call "walk"
