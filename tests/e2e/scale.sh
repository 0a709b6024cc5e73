#!/usr/bin/env bash
# scale.sh - strategies are measured over their workers, and projected beyond the cores there are.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

scale() {
    "$build/triebench" scale --quiet --out "$scratch/scale" "$@" >"$scratch/scale.out" 2>"$scratch/scale.err"
}
verify "scale ends well" scale --strategy thread-local,space-parallel --threads 1,2 --project 2,8 --batch 2000 \
    --rounds 6 --budget 10 --symbols inline --plots "$scratch/plots"
says() {
    grep -q -- "$1" "$scratch/scale.out" || { cat "$scratch"/scale.{out,err}; return 1; }
}
verify "two numbers of workers are not fitted" says 'Amdahl: not fitted: it takes 3'
# drawn FILE STRATEGY: what a picture shows of one and two workers, and of two and eight projected, stands in the table.
drawn() {
    [[ $(grep -c '^"' "$1") -eq 2 ]] && grep -q "'Workers: $2, batch 2000" "$1" &&
        diff <(awk '/^"/ { next } NF == 4 { printf "%.2fx\n", $2 }' "$1") \
            <(awk -v strategy="$2," '$3 == "cores" { own = $1 == strategy } own && $1 ~ /^[0-9]+$/ {
                projected = $($4 == "-" ? 7 : 9)
                if ($3 != "-") first = first $3 "\n"
                if (projected != "-") after = after projected "\n"
            } END { printf "%s", first after }' "$scratch/scale.out")
}
verify "the picture shows what the table tells" drawn "$scratch/plots/threads-1.dat" thread-local
verify "and so does the next" drawn "$scratch/plots/threads-2.dat" space-parallel
verify "a workload's comma and quote do no harm" test "$("$build/triebench" scale --workload "file:no,'such" \
    --out "$scratch/none" 2>&1 >/dev/null | tail -n 1 | cut -c-18)" = "triebench scale: -"
# A part run alone takes no longer than all of them; a sample no less than its longest part, and, where little is left outside the
# parts, less than all of them.
in_order() {
    local bad
    bad=$(trials "$scratch/scale/alone" 'select(.cell.threads == 8 and .outcome == "ok")
        | select(.alone.longest_ns * 8 < .alone.parts_ns or .alone.longest_ns > .alone.parts_ns
            or .latency_ns.p50 < .alone.longest_ns * 0.9
            or (.cell.strategy == "thread-local" and .latency_ns.p50 >= .alone.parts_ns)) | .alone')
    [[ -z $bad && $(trials "$scratch/scale/alone" 'select(.alone) | .outcome' | sort -u) == ok ]] || { echo "$bad"; return 1; }
}
verify "the parts, the longest of them, and the whole are in order" in_order
# Nobody takes another's part then, however large the batch: of four, the longest is well below all of them.
shared_out() {
    "$build/triebench" run --alone --strategy partition --batch 60000 --threads 4 --rounds 1 --out "$scratch/large" --quiet >/dev/null &&
        [[ $(trials "$scratch/large" '.alone | .parts_ns > 2 * .longest_ns' | sort -u) == true ]]
}
verify "parts of a large batch stay shared out when run alone" shared_out
verify "keys are right when parts run alone" test -z "$(trials "$scratch/scale/alone" 'select(.digest != .digest_expected) | .cell')"
