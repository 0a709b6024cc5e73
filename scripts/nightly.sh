#!/usr/bin/env bash
# nightly.sh - what runs each night: doctor, bench, comparison with the pinned base, history, report, exports. The exit status is the gate.
#
# BUILD   build folder (default build), BASE the revision to compare with (default: what results/base says),
# BUDGET  seconds for each of both measurements (default 600), NIGHT the folder to write (default results/runs/night-TIME)
# What the comparison measures: STRATEGY WORKLOAD BATCH ALLOC (defaults: all, facts, 100 and 1000, glibc and jemalloc)
#
# results/waivers   regressions to put up with, until a day (triebench compare --help)
#
# Exit status: 0 pass; 1 regression, now or in the history; 2 something could not be run; 3 a crash; 4 inconclusive; 5 host unfit.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

build=${BUILD:-build} budget=${BUDGET:-600}
base=${BASE:-$(sed -n 's/#.*//; /[^[:space:]]/{s/[[:space:]]//g; p; q}' results/base)}
night=${NIGHT:-results/runs/night-$(date -u +%Y%m%dT%H%M%SZ)}
triebench=$build/triebench
statuses=()

# step NAME COMMAND...: runs it, its output in the night's folder too; its status joins the others.
step() {
    local name=$1
    shift
    printf '== %s\n' "$name"
    "$@" 2> >(tee "$night/$name.err" >&2) | tee "$night/$name.txt"
    local status=${PIPESTATUS[0]}
    statuses+=("$name:$status")
    return "$status"
}

mkdir -p "$night" || exit 2
step doctor "$triebench" doctor
step bench "$triebench" run --quiet --aa --alloc "${ALLOC:-glibc,jemalloc}" --strategy "${STRATEGY:-all}" \
    --workload "${WORKLOAD:-facts}" --batch "${BATCH:-100,1000}" --budget "$budget" --out "$night/bench"
waive=()
[[ -e results/waivers ]] && waive=(--waive results/waivers)
if base_build=$(scripts/base.sh "$base" "$build"); then
    step compare "$triebench" compare --build "$base_build" --build "$build" "${waive[@]}" --quiet --alloc "${ALLOC:-glibc,jemalloc}" \
        --strategy "${STRATEGY:-all}" --workload "${WORKLOAD:-facts}" --batch "${BATCH:-100,1000}" --budget "$budget" --out "$night/compare"
else
    statuses+=("base:2")
fi
step history "$triebench" history "$night/bench"
# What it rejects is no news of this night, and so not the gate's matter; that it could not be made is.
"$triebench" report "$night/bench" --out "$night" --plots "$night/plots" --history results/history --html "$night/index.html" >"$night/report.txt"
[[ $? -ne 2 ]] || statuses+=("report:2")
for format in go junit bencher github-action google-benchmark csv; do
    "$triebench" export "$night/bench" --to "$format" >"$night/bench.$format" || statuses+=("export-$format:2")
done

# finish STATUS TEXT: says it, leaves the status in the night's folder, and ends with it.
finish() {
    printf 'nightly: %s; see %s\n' "$2" "$night"
    echo "$1" >"$night/status"
    exit "$1"
}

# The gravest first: a crash, a regression, a job that did not run, a host that is not fit, and what cannot be told.
for grave in 3 1 2 5 4; do
    for status in "${statuses[@]}"; do
        [[ ${status#*:} -ne $grave ]] || finish "$grave" "${status%:*} ended with $grave"
    done
done
for status in "${statuses[@]}"; do
    [[ ${status#*:} -eq 0 ]] || finish 2 "${status%:*} ended with ${status#*:}"
done
finish 0 pass
