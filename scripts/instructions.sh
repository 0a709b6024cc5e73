#!/usr/bin/env bash
# instructions.sh - instructions per item of one-thread cells, counted by valgrind's callgrind: a table, no times.
#
# What is counted lies between the marks of a sample, that is the call of the strategy, on glibc's malloc. A count knows
# nothing of caches, branches and waiting; it is for telling that code changed, where times are too noisy to.
#
# BUILD     folder with the programs (build)     STRATEGY  comma-separated (every serial one that is no control)
# WORKLOAD  one (facts)                          BATCH     comma-separated (10,100,1000)
# SAMPLES   samples of each cell (20)
set -euo pipefail

build=${BUILD:-build}
workload=${WORKLOAD:-facts}
samples=${SAMPLES:-20}
counts=$(mktemp)
said=$(mktemp)
trap 'rm -f "$counts" "$said"' EXIT

if ! command -v valgrind >/dev/null; then
    echo "instructions.sh: there is no valgrind here: scripts/install.sh instructions" >&2
    exit 2
fi

# The names of the serial strategies, one a line.
serial() {
    "$build/triebench" list | awk '/^[A-Z]/ { section = $1 }
        section == "Strategies" && /^  [a-z]/ && $0 !~ /\(.*(parallel|control|yardstick).*\)$/ { print $1 }'
}

# All samples are alike: the worker looks for crashes, so that it neither warms up nor looks at the clock to stop.
# Names are bound at the start, as that is not the strategy's work.
count() {
    LD_BIND_NOW=1 valgrind --tool=callgrind --callgrind-out-file="$counts" --compress-strings=no --compress-pos=no \
        "$build/triebench-worker" --search --seed 1 --threads 1 --workload "$workload" --strategy "$1" --batch "$2" \
        --samples-min "$samples" --samples-max "$samples" >"$said" 2>&1
}

# Instructions per item: behind a line "calls=COUNT LINE" stands "LINE COST", all that the calls took.
per_item() {
    awk -v batch="$1" '/^cfn=/ { ours = $0 == "cfn=sample_insert" }
        ours && /^calls=/ { calls += substr($1, 7); getline; cost += $2; ours = 0 }
        END { if (calls * batch == 0) exit 1; printf "%.1f\n", cost / calls / batch }' "$counts"
}

mapfile -t strategies < <(if [[ -n ${STRATEGY:-} ]]; then tr , '\n' <<<"$STRATEGY"; else serial; fi)
IFS=, read -ra batches <<<"${BATCH:-10,100,1000}"

printf '%-40s %10s %12s\n' "$workload on glibc, 1 thread" batch 'Ir per item'
for strategy in "${strategies[@]}"; do
    for batch in "${batches[@]}"; do
        if ! count "$strategy" "$batch" || ! each=$(per_item "$batch"); then
            echo "instructions.sh: $strategy, batch $batch: it could not be counted:" >&2
            tail -n 5 "$said" >&2
            exit 2
        fi
        printf '%-40s %10s %12s\n' "$strategy" "$batch" "$each"
    done
done
