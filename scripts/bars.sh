#!/usr/bin/env bash
# bars.sh SECTION... - the yardsticks that this trie and its strategies are held to: how they stand, from fresh runs.
#
#   one       sequential and two-pass against JudySL and HAT-trie; sorted against JudySL and the control `bound`; one thread
#   shuffled  sorted on keys in no order against `bound`
#   two       partition with two threads against the control `twice`: at least so much of its speed
#   small     partition with two threads against the best strategy of one, at 200 items
#   memory    the process at its largest, of every strategy with two threads, against that of sequential
#
# A line a yardstick: what is compared; the median over the rounds of the ratio within each round, the least and the
# greatest of them, and the ratio of the least of all rounds; what is asked for, and whether the median keeps to it.
# Exit status: 0 however they stand; 2 if nothing could be run.
#
# BUILD   folder with the programs (build)          ALLOC    comma-separated (glibc; from `two` on all four)
# BATCH   comma-separated (each section its own)    ROUNDS   passes over each matrix (5)
# BUDGET  seconds for each run (420)                RESULTS  where the results go (a new folder under results/runs)
set -euo pipefail
shopt -s inherit_errexit

build=${BUILD:-build}
rounds=${ROUNDS:-5}
budget=${BUDGET:-420}
out=${RESULTS:-results/runs/bars-$(date -u +%Y%m%dT%H%M%SZ)}

# Measures into the folder $out/$1; the rest of the line is what differs.
measure() {
    local name=$1 status=0
    shift
    "$build/triebench" run --rounds "$rounds" --budget "$budget" --out "$out/$name" --quiet "$@" >"$out/$name.txt" || status=$?
    # Cells that are refused, such as more words than there are, are said in the table and leave the rest as it is.
    if [[ $status -ne 0 && $status -ne 3 ]]; then
        cat "$out/$name.txt" >&2
        exit 2
    fi
}

# Judges the run in $out/$1 by the lines of standard input: RELATION|LEFT|RIGHT|WORKLOADS|FROM|TO|ASKED. RELATION is time or
# memory (left's over right's, at most ASKED) or speed (right's time over left's, at least). LEFT and RIGHT are strategies with
# their options, of several the one that takes least in the round.
judge() {
    local bars
    bars=$(cat)
    "$build/triebench" export "$out/$1" --to csv | awk -F, '
        function least(of, names, at, list, count, i, best) {
            best = 0
            count = split(names, list, " ")
            for (i = 1; i <= count; i++)
                if ((of, at, list[i]) in took && (best == 0 || took[of, at, list[i]] < best))
                    best = took[of, at, list[i]]
            return best
        }
        function judge_cell(bar, cell, of, count, round, left, right, j, held, middle, met, least_left, least_right) {
            count = 0
            of = bar[1] == "memory" ? "memory" : "time"
            for (round = 0; round <= last; round++) {
                left = least(of, bar[2], cell SUBSEP round)
                right = least(of, bar[3], cell SUBSEP round)
                if (left == 0 || right == 0)
                    continue
                held = bar[1] == "speed" ? right / left : left / right
                least_left = count == 0 || left < least_left ? left : least_left
                least_right = count == 0 || right < least_right ? right : least_right
                for (j = count++; j > 0 && ratio[j - 1] > held; j--)
                    ratio[j] = ratio[j - 1]
                ratio[j] = held
            }
            if (count == 0)
                return
            middle = (ratio[int((count - 1) / 2)] + ratio[int(count / 2)]) / 2
            met = bar[1] == "speed" ? middle >= bar[7] : middle <= bar[7]
            split(cell, part, SUBSEP)
            printf "%-9s %-8s %-20s %8d  %-6s %-19s %-26s %5.2f  (%.2f to %.2f, least %.2f)  %s %.2f  %s\n", part[1], part[2], part[3],
                part[4], bar[1], bar[2], bar[3], middle, ratio[0], ratio[count - 1],
                bar[1] == "speed" ? least_right / least_left : least_left / least_right,
                bar[1] == "speed" ? "at least" : "at most", bar[7], met ? "met" : "MISSED"
        }
        FNR == 1 { file++ }
        file == 1 { bars[++bar_count] = $0; next }
        FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $column["outcome"] == "ok" {
            cell = $column["allocator"] SUBSEP $column["symbols"] SUBSEP $column["workload"] SUBSEP $column["batch"]
            name = $column["strategy"] ($column["options"] == "" ? "" : ":" $column["options"])
            sub(".*/", "", name)
            took["time", cell, $column["round"], name] = $column["median_ns"]
            took["memory", cell, $column["round"], name] = $column["rss_peak_bytes"]
            if ($column["round"] > last)
                last = $column["round"]
            if (!(cell in known)) {
                known[cell] = 1
                order[++cells] = cell
            }
        }
        END {
            for (b = 1; b <= bar_count; b++) {
                split(bars[b], bar, "|")
                for (c = 1; c <= cells; c++) {
                    split(order[c], part, SUBSEP)
                    if (index(" " bar[4] " ", " " part[3] " ") && part[4] >= bar[5] && part[4] <= bar[6])
                        judge_cell(bar, order[c])
                }
            }
        }' <(echo "$bars") -
}

one() {
    measure one --alloc "${ALLOC:-glibc}" --threads 1 --symbols inline --keys encoded --workload facts,rules,random,words \
        --batch "${BATCH:-10,100,1000,10000,100000,1000000}" \
        --strategy "sequential,two-pass,sorted,bound,$build/plugins/judysl.so,$build/plugins/hat-trie.so"
    judge one <<'BARS'
time|sequential|judysl.so|facts|10|100|1
time|sequential|judysl.so|facts|1000|1000000|0.5
time|two-pass|judysl.so|facts|10|100|1
time|two-pass|judysl.so|facts|1000|1000000|0.5
time|sequential|judysl.so|rules random words|10|1000000|1
time|two-pass|judysl.so|rules random words|10|1000000|1
time|sequential|hat-trie.so|facts rules random words|10|1000000|1
time|two-pass|hat-trie.so|facts rules random words|10|1000000|1
time|sorted|judysl.so|facts rules|1000|1000000|0.25
time|sorted|bound|facts rules|1000|1000000|1.5
BARS
}

shuffled() {
    measure shuffled --alloc "${ALLOC:-glibc}" --threads 1 --symbols inline --keys encoded --strategy sorted,bound \
        --workload facts:order=shuffled,rules:order=shuffled --batch "${BATCH:-1000,10000,100000,1000000}"
    judge shuffled <<'BARS'
time|sorted|bound|facts:order=shuffled rules:order=shuffled|1000|1000000|1.3
BARS
}

two() {
    measure two --alloc "${ALLOC:-all}" --threads 2 --symbols interned,inline --workload facts --strategy partition,twice \
        --batch "${BATCH:-1000,10000,100000,1000000}"
    judge two <<'BARS'
speed|partition|twice|facts|1000|1000|0.8
speed|partition|twice|facts|10000|10000|0.9
speed|partition|twice|facts|100000|1000000|0.95
BARS
}

small() {
    measure small --alloc "${ALLOC:-all}" --threads 2 --symbols interned,inline --workload facts \
        --strategy sequential,two-pass,sorted,partition --batch "${BATCH:-200}"
    judge small <<'BARS'
speed|partition|sequential two-pass sorted|facts|10|1000|1
BARS
}

memory() {
    local strategies=(sorted partition adaptive two-pass text string-parallel space-parallel thread-local locked striped
        pooled region combining pipeline)
    # What a process needs at most shows after a few batches.
    measure memory --alloc "${ALLOC:-all}" --threads 2 --symbols interned,inline --workload facts --samples 8 \
        --strategy "sequential,$(IFS=,; echo "${strategies[*]}")" --batch "${BATCH:-1000,100000,1000000}"
    judge memory < <(printf 'memory|%s|sequential|facts|10|1000000|1.25\n' "${strategies[@]}")
}

if [[ $# -eq 0 ]]; then
    echo "usage: scripts/bars.sh one|shuffled|two|small|memory..." >&2
    exit 2
fi
for section in "$@"; do
    case $section in
        one | shuffled | two | small | memory) ;;
        *)
            echo "bars.sh: no section is called $section: one, shuffled, two, small, memory" >&2
            exit 2
            ;;
    esac
done
mkdir -p "$out"
for section in "$@"; do
    "$section"
done
echo "results: $out"
