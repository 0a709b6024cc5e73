#!/usr/bin/env bash
# run-tests.sh PROGRAM... - runs test programs one after the other and counts their test cases.
#
# A program is a cmocka program, counted by cmocka's own summary; or a script (*.sh), counted by its lines that start
# with "ok" and "not ok" or "FAIL", or as one case where it prints none. A program that ends badly without a failed
# case (a crash, a time-out) counts as one failed case. Output is shown only of those that failed.
#
# TEST_LIMIT_S   seconds one program may take (default 120)
# TEST_TOTAL_S   seconds all of them may take; what is left then is not run and counts as failed (default 1200)
#
# Last line: "N passed, N failed". Exit status: 0 if none failed and at least one passed.
set -uo pipefail

limit_s=${TEST_LIMIT_S:-120}
total_s=${TEST_TOTAL_S:-1200}
for number in "$limit_s" "$total_s"; do
    if [[ ! $number =~ ^[1-9][0-9]{0,6}$ ]]; then
        echo "run-tests.sh: TEST_LIMIT_S and TEST_TOTAL_S are whole seconds, not '$number'" >&2
        exit 2
    fi
done

# The first report of a sanitizer ends a program, and what it says is a failure. How ASan ends it, by a signal or an exit,
# is the program's own choice (harness/worker/flight.c): said here it would be another than by hand.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:allocator_may_return_null=1}

passed=0
failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM

# count PATTERN FILE: the sum of the numbers that the extended pattern's first group finds.
sum_of() {
    sed -nE "s/$1/\\1/p" "$2" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Sets ran_ok, ran_failed, ran_skipped of the program that exited with $2.
count_cases() {
    local program=$1 status=$2
    ran_skipped=0
    if [[ $program == *.sh ]]; then
        ran_ok=$(grep -cE '^ok( |$)' "$output")
        ran_failed=$(grep -cE '^(not ok|FAIL)( |$)' "$output")
        if [[ $((ran_ok + ran_failed)) -eq 0 && $status -eq 0 ]]; then
            ran_ok=1
        fi
    else
        ran_ok=$(sum_of '^\[  PASSED  \] ([0-9]+) test\(s\).*' "$output")
        ran_failed=$(sum_of '^\[  FAILED  \] ([0-9]+) test\(s\).*' "$output")
        ran_skipped=$(sum_of '^\[  SKIPPED \] ([0-9]+) test\(s\).*' "$output")
    fi
    if [[ $ran_failed -eq 0 ]] && [[ $status -ne 0 || $((ran_ok + ran_skipped)) -eq 0 ]]; then
        ran_failed=1
    fi
}

# Why a program with exit status $1 stopped, where the status tells.
ending() {
    case $1 in
    0) ((ran_failed == 0)) || echo ", no test case seen" ;;
    124 | 137) echo ", stopped after ${allowed_s} s" ;;
    12[89] | 1[3-9]?) echo ", killed by SIG$(kill -l $(($1 - 128)) 2>/dev/null)" ;;
    *) echo ", exit status $1" ;;
    esac
}

run() {
    local program=$1 status=0 skipped=
    local -a command=("$program")
    [[ $program == */* ]] || command=("./$program")
    # gcc 12's ThreadSanitizer cannot place its shadow where kernels of today put a program's mappings at random.
    if [[ $program == */tsan/* ]] && setarch -R true 2>/dev/null; then
        command=(setarch -R "${command[@]}")
    fi
    allowed_s=$((total_s - SECONDS < limit_s ? total_s - SECONDS : limit_s))
    if ((allowed_s <= 0)); then
        echo "FAIL $program: not run, the ${total_s} s for all tests are spent"
        failed=$((failed + 1))
        return
    fi
    timeout --kill-after=5 "$allowed_s" "${command[@]}" >"$output" 2>&1 </dev/null || status=$?
    count_cases "$program" "$status"
    passed=$((passed + ran_ok))
    failed=$((failed + ran_failed))
    ((ran_skipped == 0)) || skipped=", $ran_skipped skipped"
    if ((ran_failed == 0)); then
        echo "ok   $program: $ran_ok passed$skipped"
        return
    fi
    sed 's/^/    | /' "$output"
    echo "FAIL $program: $ran_ok passed, $ran_failed failed$skipped$(ending "$status")"
}

for program in "$@"; do
    run "$program"
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
