#!/usr/bin/env bash
# report.sh - the report against a second way to its figures (jq and awk), with hostile names, as a page, with plots; and
# REPORT.md against the reference run it was made from.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
data=tests/data/compare

report() {
    "$build/triebench" report "$@" >"$scratch/out" 2>"$scratch/err"
}

# ends STATUS OPTION...
ends() {
    local wanted=$1
    shift
    report "$@"
    local got=$?
    [[ $got -eq $wanted ]] || { echo "status $got"; cat "$scratch/err"; return 1; }
}

# The latency tables of a report: strategy, run, workload, allocator, threads, batch, median, interval, ns/item, speedup.
latency_told() {
    awk -F' *[|] *' '
        /^## / { strategy = substr($0, 4) }
        /^### / { inside = $0 == "### Latency" }
        inside && /^\| [0-9]/ { print strategy "|" $2 "|" $3 "|" $4 "|" $5 "|" $6 "|" $7 "|" $8 "|" $9 "|" $11 }
    ' "$1" | sed 's/\\\(.\)/\1/g' | sort
}

# The same out of the runs themselves.
latency_measured() {
    local number=0 file
    for file in "$@"; do
        number=$((number + 1))
        jq -r --arg run "$number" '
            def named(rest): if rest == "" then . else . + ":" + rest end;
            def middle: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
            def unless_usual: [if .symbols != "interned" then .symbols else empty end, if .keys != "expressions" then .keys else empty end,
                if .bind != "core" then "bind " + .bind else empty end, if .build != "" then "build " + .build else empty end];
            select(.type == "trial" and (.cell.twin | not)) | [$run, ([.cell.workload] + (.cell | unless_usual) | join(", ")),
                (.cell.allocator as $a | .cell.knobs as $k | $a | named($k)), (.cell.strategy as $s | .cell.options as $o | $s | named($o)),
                .cell.threads, .cell.batch, .round,
                (if .outcome == "ok" and (.samples_ns | length) > 0 then (.samples_ns | middle) else -1 end)] | @tsv' "$file"
    done | LC_ALL=C awk -F'\t' '
        function sort(x, n,    i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && x[j - 1] > x[j]; j--) { t = x[j]; x[j] = x[j - 1]; x[j - 1] = t }
        }
        function middle(x, n) { return n % 2 ? x[(n + 1) / 2] : (x[n / 2] + x[n / 2 + 1]) / 2 }
        # The largest rank with at most a fortieth of the binomial distribution below it.
        function rank(n,    i, term, sum) {
            term = 0.5 ^ n; sum = 0
            for (i = 0; i <= n && sum + term <= 0.025; i++) { sum += term; term *= (n - i) / (i + 1) }
            return i
        }
        function shown(ns,    unit, value) {
            if (ns < 0) return "-"
            unit = ns >= 1e9 ? "s" : ns >= 1e6 ? "ms" : ns >= 1e3 ? "us" : "ns"
            value = ns / (ns >= 1e9 ? 1e9 : ns >= 1e6 ? 1e6 : ns >= 1e3 ? 1e3 : 1)
            return sprintf(value >= 100 ? "%.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s", value, unit)
        }
        # The Hodges-Lehmann centre of the log ratios of the rounds.
        function speedup(cell, reference,    n, m, i, j, r, d, w) {
            for (i = 1; i <= rounds; i++) {
                r = round[i]
                if (((cell, r) in time) && ((reference, r) in time)) d[++n] = log(time[cell, r] / time[reference, r])
            }
            if (n == 0) return "-"
            for (i = 1; i <= n; i++) for (j = i; j <= n; j++) w[++m] = (d[i] + d[j]) / 2
            sort(w, m)
            return sprintf("%.2fx", exp(-middle(w, m)))
        }
        {
            group = $1 SUBSEP $2 SUBSEP $3 SUBSEP $6
            cell = $4 SUBSEP $5 SUBSEP group
            seen[cell]
            if ($4 == "sequential" && (!(group in least) || $5 < least[group])) least[group] = $5
            if (!($7 in known)) { known[$7]; round[++rounds] = $7 }
            if ($8 > 0 && !((cell, $7) in time)) time[cell, $7] = $8
            if ($8 >= 0) { values[cell] = values[cell] " " $8; count[cell]++ }
        }
        END {
            for (cell in seen) {
                split(cell, at, SUBSEP)
                if (at[1] ~ /^(sequential|nothing|churn|exhaust|bound|twice)(:|$)/) continue
                group = at[3] SUBSEP at[4] SUBSEP at[5] SUBSEP at[6]
                own = "sequential" SUBSEP at[2] SUBSEP group
                reference = (own in seen) ? own : "sequential" SUBSEP least[group] SUBSEP group
                n = count[cell] + 0
                median = -1; interval = "-"
                if (n > 0) {
                    split(substr(values[cell], 2), x, " ")
                    for (i = 1; i <= n; i++) x[i] += 0
                    sort(x, n)
                    median = middle(x, n)
                    if (rank(n) > 0) interval = shown(x[rank(n)]) " .. " shown(x[n + 1 - rank(n)])
                }
                print at[1] "|" at[3] "|" at[4] "|" at[5] "|" at[2] "|" at[6] "|" shown(median) "|" interval "|" \
                    (median >= 0 ? sprintf("%.1f", median / at[6]) : "-") "|" speedup(cell, reference)
            }
        }' | sort
}

# agrees REPORT RUN...: neither table is empty, and both say the same.
agrees() {
    local told=$1
    shift
    latency_told "$told" >"$scratch/told"
    latency_measured "$@" >"$scratch/measured"
    [[ -s $scratch/told ]] && diff "$scratch/told" "$scratch/measured"
}

# Every row of a table has as many cells as its head, and no markup stands outside of code.
markdown_is_even() {
    LC_ALL=C awk '
        /^```/ { fence = fence == "" ? $0 : (fence == $0 ? "" : fence); next }
        fence != "" { next }
        {
            text = $0
            gsub(/\\./, "", text)
            if (text ~ /</ && text !~ /^!\[.*\]\(<[^<>]*>\)$/) { print FNR ": " $0; bad = 1 }
            if (text ~ /`/) { print FNR ": " $0; bad = 1 }
            cells = gsub(/\|/, "|", text)
            if ($0 ~ /^\|/ && before > 0 && cells != before) { print FNR ": " $0; bad = 1 }
            before = $0 ~ /^\|/ ? cells : 0
            rows += before > 0
        }
        END { exit bad || rows == 0 || fence != "" }' "$1"
}

echo '{"trials_min": 24, "memory_factor_max": null}' >"$scratch/criteria.json"
criteria=(--criteria "$scratch/criteria.json")
verify "accepted: 0" ends 0 "$data/before.jsonl" "${criteria[@]}" --out "$scratch/before"
verify "with its verdict" grep -q '^| thread-local | ACCEPTED | 1 | facts | jemalloc | 2 | 1\.4' "$scratch/before/REPORT.md"
verify "memory that was not measured is not passed over: 4" ends 4 "$data/before.jsonl"
verify "a crash: 3" ends 3 "$data/crash.jsonl" "${criteria[@]}" --out "$scratch/crash"
verify "with the trial that shows it" grep -q '^#0 symbols_slot (symbols.c:88)' "$scratch/crash/REPORT.md"
echo '{"speedup_min": 2, "memory_factor_max": null}' >"$scratch/high.json"
verify "a gain that is too small: 1" ends 1 "$data/before.jsonl" --criteria "$scratch/high.json"
verify "a criterion that is none: 2" ends 2 "$data/before.jsonl" --criteria "$data/before.jsonl"
verify "no run: 2" ends 2 --brief
verify "brief fits a screen" bash -c "'$build/triebench' report '$data/before.jsonl' --brief | awk 'END { exit NR == 0 || NR > 24 }'"
verify "and brings no colour to a file" bash -c "! '$build/triebench' report '$data/crash.jsonl' --brief | grep -q \$'\\033'"
coloured() {
    TERM=xterm script -qec "'$build/triebench' report '$data/crash.jsonl' --brief" /dev/null </dev/null | grep -q $'\033\\['
}
verify "colour on a terminal" coloured
verify "none there with NO_COLOR" eval '! NO_COLOR=1 coloured'

verify "the latency table by a second way" agrees "$scratch/before/REPORT.md" "$data/before.jsonl"
verify "and where a cell crashed" agrees "$scratch/crash/REPORT.md" "$data/crash.jsonl"
report "$data/before.jsonl" "$data/slower.jsonl" "${criteria[@]}" --out "$scratch/two"
verify "and of two runs" agrees "$scratch/two/REPORT.md" "$data/before.jsonl" "$data/slower.jsonl"
cp "$scratch/two/REPORT.md" "$scratch/two.md"
report "$data/before.jsonl" "$data/slower.jsonl" "${criteria[@]}" --out "$scratch/two"
verify "the same input gives the same bytes" cmp "$scratch/two.md" "$scratch/two/REPORT.md"

# drawn KIND COLUMN FORMAT: the figures of a picture's last line are those of the told table's column.
drawn() {
    diff <(awk -v format="$3" 'NF == 4 && $1 ~ /^[0-9]+$/ && $2 != 1 { printf format "\n", $2 }' "$scratch/p/$1-1.dat" | tail -n 2) \
        <(latency_told "$scratch/before/REPORT.md" | sort -t'|' -nk6 | cut -d'|' -f"$2")
}
report "$data/before.jsonl" "${criteria[@]}" --out "$scratch/before" --plots "$scratch/p"
verify "the speedups that are drawn are those that are told" drawn speedup 10 "%.2fx"
verify "and so are the times" drawn latency 7 "%.3g us"

# made KIND [STRATEGY]: a run that is made up. threads: a fifth of the work is serial, on up to 8 of so many processors, and 18
# workers on fewer; alone: the same projected to 64; doses: 8 threads under fewer arenas, which slow only without caches.
made() {
    jq -nc --arg kind "$1" --arg strategy "${2:-split}" '
        def trial(round; cell; ns; over; alone): {type: "trial", round: round, position: 0, outcome: "ok", reason: null,
            replay: "again", oversubscribed: over, samples_ns: [ns | floor], alone: alone, disturbance: null,
            cell: ({workload: "facts", batch: 10, strategy: $strategy, options: "", allocator: "jemalloc", knobs: "", threads: 1,
                bind: "core", symbols: "inline", keys: "expressions", build: "", twin: false} + cell)};
        {type: "run", schema: 1, id: "made", command: "triebench run", host: {cpu: "Example CPU"}},
        (range(8) as $round | (1 + 0.1 * $round) as $drift |
            if $kind == "doses" then
                (["", 1, 1], ["narenas=1", 1, 1.1], ["tcache=false", 2, 2], ["tcache=false:narenas=1", 2, 6], ["narenas=2:tcache=false", 2, 3]) as $of |
                trial($round; {knobs: $of[0]}; 100000 * $of[1] * $drift; false; null),
                trial($round; {knobs: $of[0], threads: 8}; 100000 * $of[2] * $drift; false; null)
            else
                trial($round; {strategy: "sequential"}; 100000 * $drift; false; null),
                if $kind == "alone" then trial($round; {threads: (8, 16, 64)}; 8000 * $drift; false; {parts_ns: 96000, longest_ns: 2000})
                else
                    ((1, 2, 4, 8) as $p | trial($round; {threads: $p}; 100000 * (0.2 + 0.8 / $p) * $drift * (1 + 0.001 * (($round + $p) % 3));
                        false; null)),
                    trial($round; {threads: 18}; 50000 * $drift; true; null)
                end
            end),
        {type: "end", finished: true, seconds: 1}'
}
for kind in threads alone doses; do made "$kind" >"$scratch/$kind.jsonl"; done

report "$scratch/threads.jsonl" "$scratch/alone.jsonl" --out "$scratch/t" --plots "$scratch/t/p" --png
# block NUMBER FILE: a block of data, from 0, without its label.
block() {
    awk -v number="$1" '/^"/ { at++; next } at == number + 1 && NF > 1 && !/^#/' "$2"
}
curve() {
    local data=$scratch/t/p/threads-1.dat
    [[ $(grep -c '^"' "$data") -eq 7 ]] &&
        block 0 "$data" | awk '{ y = $2 * (0.2 + 0.8 / $1) } y < 0.997 || y > 1.003 || $3 > $2 || $4 < $2 { bad = 1 } END { exit bad || NR != 4 }' &&
        [[ $(block 1 "$data") == "18 2 2 2" && $(block 2 "$data" | paste -s -d,) == "8 12.5 12.5 12.5,16 12.5 12.5 12.5,64 12.5 12.5 12.5" ]] &&
        block 3 "$data" | awk '{ y = $2 * (0.2 + 0.8 / $1) } y < 0.997 || y > 1.003 || $3 >= $2 || $4 <= $2 { bad = 1 } END { exit bad || NR != 24 || $1 != 8 }' &&
        block 4 "$data" | awk 'NR == 1 { first = $1 } END { exit first != 8 || $1 != 64 || $2 < 4.6 || $2 > 4.9 }'
}
verify "workers: measured, oversubscribed, projected, and Amdahl's law with its band and beyond" curve
projected() {
    [[ $(grep -c '^"projected' "$scratch/t/p/threads-1.dat") -eq 3 ]] && grep -q 'projected without the hand-off' "$scratch/t/REPORT.md" &&
        grep -q '^!\[Projected, parts run alone: Latency' "$scratch/t/REPORT.md" && [[ $(find "$scratch/t/p" -name 'threads-*.svg' | wc -l) -eq 1 ]]
}
verify "what is projected says so" projected
bitmaps() {
    local picture count=0
    for picture in "$scratch"/t/p/*.svg; do
        [[ $(head -c 4 "${picture%.svg}.png" | tail -c 3) == PNG ]] || return 1
        count=$((count + 1))
    done
    [[ $count -ge 4 && $(find "$scratch/t/p" -name '*.png' | wc -l) -eq $count && ! -s $scratch/err ]]
}
verify "--png: one beside each" bitmaps
verify "--png goes with --plots" ends 2 "$scratch/threads.jsonl" --png

report "$scratch/doses.jsonl" --out "$scratch/d" --plots "$scratch/d/p"
doses() {
    diff <(sed '/^#/d; /^$/d' "$scratch/d/p/doses-1.dat") <(printf '%s\n' '"1 thread" "jemalloc"' '1 1 1 1 "1"' '3 1 1 1 "no limit"' \
        '"8 threads" "jemalloc"' '1 1.1 1.1 1.1 "1"' '3 1 1 1 "no limit"' \
        '"1 thread" "jemalloc:tcache=false"' '1 1 1 1 "1"' '2 1 1 1 "2"' '3 1 1 1 "no limit"' \
        '"8 threads" "jemalloc:tcache=false"' '1 3 3 3 "1"' '2 1.5 1.5 1.5 "2"' '3 1 1 1 "no limit"')
}
verify "fewer arenas, with and without thread caches" doses
chapters() {
    awk '/^## / { chapter = $0 } /^!\[Fewer arenas/ { seen = chapter } END { exit seen != "## Allocators side by side" }' "$scratch/d/REPORT.md" &&
        awk '/^### / { chapter = $0 } /^!\[Distribution at batch 10:/ { seen = chapter } END { exit seen != "### Distribution of single insertions" }' "$scratch/d/REPORT.md"
}
verify "pictures stand in their chapters" chapters

# Every step of a distribution is the share of the cell's samples up to there.
distributed() {
    jq -r 'select(.type == "trial" and .cell.strategy == "thread-local" and .cell.batch == 1000 and .outcome == "ok") | .samples_ns[] / 1000' "$1" |
        sort -g >"$scratch/samples"
    awk -v wanted="$3" 'NR == FNR { x[++n] = $1; next }
        /^"/ { inside = /^"thread-local, 2 threads \(/; label = label inside ? $0 : "" }
        inside && NF == 2 && !/^[#"]/ {
            for (i = at; i < n && x[i + 1] <= $1 * (1 + 1e-9); i++);
            most = 100 * i / n; at = i
            if ($2 > most + 1e-3 || (shown > 0 && $2 < shown - 1e-9)) { print $0 ", not up to " most; bad = 1 }
            exact += ($2 > most - 1e-3); shown = $2; rows++
        }
        END { if (bad || !rows || shown != 100 || exact < wanted || at != n) { print rows " rows, " exact " exact of " n ", up to " shown; exit 1 } }' \
        "$scratch/samples" "$2"
}
jq -c 'if .type == "trial" and .round == 2 then .outcome = "corrupt" | .reason = "so" else . end' "$data/before.jsonl" >"$scratch/failed.jsonl"
report "$scratch/failed.jsonl" "${criteria[@]}" --out "$scratch/m" --plots "$scratch/f"
verify "a distribution without the samples of trials that failed" distributed "$scratch/failed.jsonl" "$scratch/f/distribution-1.dat" 11
verify "a distribution of few samples" distributed "$data/before.jsonl" "$scratch/p/distribution-1.dat" 12
jq -c 'if .type == "trial" then .round as $r | .samples_ns = [.samples_ns[0] as $x | range(100) | $x + 7 * . + $r] else . end' "$data/before.jsonl" >"$scratch/many.jsonl"
report "$scratch/many.jsonl" "${criteria[@]}" --out "$scratch/m" --plots "$scratch/m/p"
verify "and of many, in steps" distributed "$scratch/many.jsonl" "$scratch/m/p/distribution-1.dat" 150
verify "which are not all" bash -c "[[ \$(wc -l <'$scratch/m/p/distribution-1.dat') -lt 1300 ]]"

# Clopper and Pearson: at either end, what was seen lies in a tail of 2.5 %.
rated() {
    report "$data/crash.jsonl" "${criteria[@]}" --out "$scratch/crash" --plots "$scratch/c"
    awk -v trials="$(jq -s '[.[] | select(.type == "trial" and .cell.strategy == "thread-local")] | length' "$data/crash.jsonl")" \
        -v failed="$(jq -s '[.[] | select(.type == "trial" and .cell.strategy == "thread-local" and .outcome != "ok")] | length' "$data/crash.jsonl")" '
        function tail(p, from, to,    i, j, term, sum) {
            for (i = from; i <= to; i++) {
                term = 1
                for (j = 0; j < i; j++) term *= (trials - j) / (j + 1) * p
                sum += term * (1 - p) ^ (trials - i)
            }
            return sum
        }
        /^"thread-local on jemalloc: / {
            found = index($0, ": " failed " of " trials "\"") > 0
            low = tail($(NF - 1) / 100, failed, trials); high = tail($NF / 100, 0, failed)
            if (!found || failed == 0 || $(NF - 2) - 100 * failed / trials > 1e-3 || low < 0.0249 || low > 0.0251 || high < 0.0249 || high > 0.0251)
                { print $0, low, high; bad = 1 }
        }
        END { exit bad || !found }' "$scratch/c/rates-1.dat"
}
verify "rates of failure by a second way" rated
verify "none is drawn where nothing failed" test ! -e "$scratch/p/rates-1.dat"
# The tables in front, made of the reasons behind them: decision|strategies, and strategy|run|workload|threads|verdicts.
decisions_told() {
    awk '/^\| decision / { inside = 1; next } inside && !/^\|/ { exit } inside && !/^\| ---/' "$1"
}
decisions_counted() {
    LC_ALL=C awk -F' *[|] *' '
        BEGIN {
            split("accepted|accepted in part|searched for crashes alone, none found|open|rejected in part, the rest open|rejected|" \
                "rejected: a trial failed", names, "|")
        }
        /^### Each verdict/ { inside = 1; next } /^## What/ { exit }
        !inside || !/^\| / || /^\| (---|strategy )/ { next }
        {
            if (!($2 in all)) order[++strategies] = $2
            all[$2]++
            accepted[$2] += $3 ~ /^ACCEPTED/; open[$2] += $3 == "INCONCLUSIVE"; rejected[$2] += $3 == "REJECTED"
            failed[$2] += $3 == "REJECTED" && $0 ~ / of [0-9]+ trials failed/
        }
        END {
            for (i = 1; i <= strategies; i++)
                for (j = i; j > 1 && order[j - 1] > order[j]; j--) { t = order[j]; order[j] = order[j - 1]; order[j - 1] = t }
            for (i = 1; i <= strategies; i++) {
                s = order[i]
                if (failed[s]) { kind = 7; n = failed[s] }
                else if (accepted[s]) { kind = accepted[s] == all[s] ? 1 : 2; n = accepted[s] }
                else if (rejected[s]) { kind = rejected[s] == all[s] ? 6 : 5; n = rejected[s] }
                else if (open[s]) { kind = 4; n = open[s] }
                else { kind = 3; n = all[s] }
                text[kind] = text[kind] (text[kind] == "" ? "" : ", ") s " (" n " of " all[s] ")"
            }
            for (kind = 1; kind <= 7; kind++) if (text[kind] != "") print "| " names[kind] " | " text[kind] " |"
        }' "$1"
}
glance_told() {
    awk -F' *[|] *' '
        /^\| strategy \| run \| workload \| threads \| batches / { inside = 1; for (i = 7; i < NF; i++) allocator[i] = $i; next }
        inside && !/^\|/ { exit }
        inside && !/^\| ---/ { for (i = 7; i < NF; i++) if ($i != "-") print $2 "|" $3 "|" $4 "|" $5 "|" allocator[i] "|" $i "|" $6 }
    ' "$1" | sort
}
# Of these rows the batches are out of the latency tables.
glance_listed() {
    LC_ALL=C awk -F' *[|] *' '
        /^### Each verdict/ { listing = 1 } /^## What/ { listing = 0 }
        listing && /^\| / && !/^\| (---|strategy )/ { row[++rows] = $2 "|" $4 "|" $5 "|" $7 "|" $6 "|" $3; line[rows] = $2 "|" $4 "|" $5 "|" $7 }
        /^## / { strategy = substr($0, 4) }
        /^### / { latency = $0 == "### Latency" }
        latency && /^\| [0-9]/ {
            key = strategy "|" $2 "|" $3 "|" $5
            if (!(key in low) || $6 + 0 < low[key]) low[key] = $6 + 0
            if ($6 + 0 > high[key]) high[key] = $6 + 0
        }
        END { for (i = 1; i <= rows; i++) print row[i] "|" low[line[i]] (low[line[i]] < high[line[i]] ? " .. " high[line[i]] : "") }
    ' "$1" | sort
}
glances() {
    glance_told "$1" >"$scratch/told"
    glance_listed "$1" >"$scratch/listed"
    [[ -s $scratch/told ]] && diff "$scratch/told" "$scratch/listed" && diff <(decisions_told "$1") <(decisions_counted "$1")
}
# Verdicts against the runs: failures, and which way the speedup at the largest batch points.
borne_out() {
    local told=$1 number=0 file
    shift
    for file in "$@"; do
        number=$((number + 1))
        jq -r --arg run "$number" 'select(.type == "trial" and .outcome != "ok" and .outcome != "refused") | .cell |
            [.strategy + (if .options == "" then "" else ":" + .options end), $run,
             .allocator + (if .knobs == "" then "" else ":" + .knobs end), .threads] | join("|")' "$file"
    done | sort -u >"$scratch/failed"
    latency_told "$told" | awk -F'|' '{ key = $1 "|" $2 "|" $3 "|" $5 "|" $4
        if ($6 >= batch[key]) { batch[key] = $6; gain[key] = $10 } } END { for (key in gain) print key "\t" gain[key] }' >"$scratch/gains"
    # Rejected for its memory, by a factor above the one that is asked: strategy|run|workload|threads|allocator.
    awk -F' *[|] *' '/^### Each verdict/ { listing = 1 } /^## What/ { listing = 0 }
        listing && $3 == "REJECTED" && match($8, /^takes [0-9.]+ times the memory/) && substr($8, 7) + 0 > 2 {
            print $2 "|" $4 "|" $5 "|" $7 "|" $6 }' "$told" | sed 's/\\\(.\)/\1/g' >"$scratch/heavy"
    glance_told "$told" | sed 's/\\\(.\)/\1/g' | awk -F'|' -v gains="$scratch/gains" -v heavies="$scratch/heavy" -v failures="$scratch/failed" '
        BEGIN {
            while ((getline line <gains) > 0) { split(line, at, "\t"); gain[at[1]] = at[2] }
            while ((getline line <failures) > 0) failed[line] = 1
            while ((getline line <heavies) > 0) heavy[line] = 1
        }
        {
            fails = ($1 "|" $2 "|" $5 "|" $4) in failed; speedup = gain[$1 "|" $2 "|" $3 "|" $4 "|" $5]
            good = $6 ~ /^ACCEPTED/ ? !fails && speedup + 0 >= 1.05 : $6 == "REJECTED" ? fails || speedup == "-" || speedup + 0 < 1.05 || ($1 "|" $2 "|" $3 "|" $4 "|" $5) in heavy : !fails
            if (!good) { print; bad = 1 }
            rows++
        }
        END { exit bad || rows == 0 }'
}
verify "the tables in front by a second way" glances "$scratch/before/REPORT.md"
verify "and where a cell crashed" glances "$scratch/crash/REPORT.md"
verify "and of two runs" glances "$scratch/two/REPORT.md"

# Criteria and hypotheses stand in a run before its results, and the report says whether they are those.
expected() {
    echo '{"trials_min": 2, "memory_factor_max": null}' >"$scratch/mine.json"
    run_trial "$scratch/expected" --strategy sequential,sorted,"$build/saboteurs/exit.so" --symbols inline --workload facts --batch 20 \
        --samples 4 --criteria "$scratch/mine.json"
    [[ $(head -1 "$scratch/expected/run.jsonl" | jq -r '.criteria.name + " " + (.hypotheses | keys | join(","))') == "mine.json sequential,sorted" ]] ||
        { cat "$scratch/expected.err"; return 1; }
    report "$scratch/expected" --criteria "$scratch/mine.json"
    grep -q '^Every run recorded these criteria' "$scratch/out" &&
        grep -q '^Hypothesis (recorded by run 1 before its first trial): Sorting makes' "$scratch/out" || return 1
    report "$scratch/expected"
    grep -q '^Run 1 is judged by other criteria .*(mine.json, hash [0-9a-f]*)' "$scratch/out" || return 1
    ! "$build/triebench" run --resume "$scratch/expected" --criteria "$scratch/mine.json" >"$scratch/out" 2>&1 && grep -q 'keeps those' "$scratch/out"
}
verify "criteria and hypotheses are recorded before the results" expected
defaults() {
    run_trial "$scratch/defaults" --strategy sequential --workload facts --batch 10 --samples 2 || return 1
    report "$scratch/defaults"
    grep -q '^Every run recorded these criteria' "$scratch/out" &&
        [[ $(head -1 "$scratch/defaults/run.jsonl" | jq -r .criteria.name) == criteria.json ]]
}
verify "where none are named, those of results/criteria.json" defaults
verify "criteria that cannot be read end a run before it begins" bash -c \
    "! '$build/triebench' run --criteria '$scratch/none.json' --out '$scratch/none' >/dev/null 2>&1 && [[ ! -e '$scratch/none' ]]"

# shellcheck disable=SC2016 # meant for no shell
name='file:a,\\"b\\" <script>alert(1)<\/script> | `touch x` $(touch y) \\n_*.metta'
sed "s/\"workload\":\"facts\"/\"workload\":\"$name\"/" "$data/crash.jsonl" |
    sed 's/"strategy":"thread-local","options":""/"strategy":"thread-local","options":"a=|<b>\\"c"/' >"$scratch/hostile.jsonl"
for kind in threads doses; do
    made "$kind" '|<b>"c" \ é'"$(printf '\u0001%0.sé' {1..40})" | sed "s/\"workload\":\"facts\"/\"workload\":\"$name\"/" >"$scratch/hostile-$kind.jsonl"
done
verify "hostile names: judged all the same" ends 3 "$scratch/hostile.jsonl" "$scratch"/hostile-{threads,doses}.jsonl "${criteria[@]}" --out "$scratch/h" --plots "$scratch/h/plots" \
    --html "$scratch/h/index.html"
verify "hostile names: Markdown" markdown_is_even "$scratch/h/REPORT.md"
pictures() {
    local picture count=0
    for picture in "$scratch"/h/plots/*.svg; do
        xmllint --noout "$picture" || return 1
        count=$((count + 1))
    done
    [[ $count -ge 12 && $(find "$scratch/h/plots" -name '*.dat' | wc -l) -eq $count && ! -e x && ! -e y && ! -s $scratch/err ]] || { echo "$count pictures"; cat "$scratch/err"; return 1; }
}
verify "hostile names: pictures" pictures
# The last line of the data draws the same again.
redrawn() {
    local data line
    for data in "$scratch"/h/plots/*.dat; do
        line=$(sed -n '$s/^# again: //p' "$data")
        mv "${data%.dat}.svg" "$scratch/drawn.svg" && bash -c "$line" && cmp "$scratch/drawn.svg" "${data%.dat}.svg" || return 1
    done
    [[ ! -e x && ! -e y ]]
}
verify "hostile names: drawn again by the data's last line" redrawn
costs() {
    grep -q 'time of one item (ns)' "$scratch/p/cost-1.svg" && [[ ! -e $scratch/t/p/cost-1.svg ]]
}
verify "cost of an item is drawn where there are several batch sizes" costs
labels() {
    ! grep -h '"' "$scratch"/h/plots/{latency,cost,speedup,distribution}-1.dat | grep -v '^# again: ' | grep -vE '^"[^"]*"$'
}
verify "hostile names: labels of the data" labels
page() {
    [[ $(grep -c '<script' "$1") -eq 1 && $(grep -o '<img ' "$1" | wc -l) -eq $(find "$scratch/h/plots" -name '*.svg' | wc -l) ]] &&
        ! grep -qE '(src|href)="?(https?:)?//' "$1" && grep -qF '&lt;script&gt;alert(1)' "$1" && grep -q '<details>' "$1"
}
verify "hostile names: one page that fetches nothing" page "$scratch/h/index.html"
page_is_even() {
    sed -z 's/<script>.*<\/script>//; s/<style>.*<\/style>//; s/<!DOCTYPE html>//; s/<\(meta\|link\|input\|img\)\( [^>]*\)>/<\1\2\/>/g' "$1" |
        xmllint --noout -
}
verify "every element is closed" page_is_even "$scratch/h/index.html"
linked() {
    local picture
    grep -oE '\]\(<[^>]*>\)' "$scratch/h/REPORT.md" | sed 's/^](<//; s/>)$//' >"$scratch/links"
    [[ -s $scratch/links ]] && while read -r picture; do
        [[ -f $scratch/h/$picture ]] || { echo "$picture"; return 1; }
    done <"$scratch/links"
}
verify "pictures are found from the report" linked

# The page in a browser: no error, nothing asked for, a head sorts up and down, and the field hides rows.
browsed() {
    local probe='<script>addEventListener("load",()=>{const t=document.querySelectorAll("table")[4],b=t.tHead.rows[0].cells[5].firstChild,
        seen=()=>[...t.tBodies[0].rows].map(r=>r.cells[4].textContent).join(),said=[];
        b.click();said.push(seen());b.click();said.push(seen());
        const f=document.querySelector(".filter");f.value="no such row";f.dispatchEvent(new Event("input"));
        said.push([...document.querySelectorAll("tbody tr")].filter(r=>r.offsetParent).length);
        said.push(performance.getEntriesByType("resource").filter(e=>!e.name.startsWith("data:")).length,window.bad||0);
        document.body.textContent="SAID "+said.join(";")+" END"})</script>'
    { sed 's/<head>/<head><script>onerror=()=>{window.bad=1}<\/script>/' "$1" && echo "$probe"; } >"$scratch/probe.html"
    timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/chromium" --dump-dom "file://$scratch/probe.html" \
        >"$scratch/dom" 2>/dev/null
    grep -o 'SAID .* END' "$scratch/dom" | grep -xF 'SAID 100,1000;1000,100;0;0;0 END' || { grep -o 'SAID .*' "$scratch/dom"; return 1; }
}
if command -v chromium >/dev/null; then
    report "$data/before.jsonl" "${criteria[@]}" --html "$scratch/page.html"
    verify "the page sorts and filters in a browser, without an error or a request" browsed "$scratch/page.html"
else
    echo "# skipped: there is no chromium to look at the page with"
fi

echo '[{"id":"C1","said":"a | b","measured":"1.2","verdict":"refuted","replay":"triebench run --seed 3"}]' >"$scratch/claims.json"
report "$data/before.jsonl" "${criteria[@]}" --claims "$scratch/claims.json" --out "$scratch/claimed"
verify "claims stand in it" grep -qF '| C1 | a \| b | 1.2 | refuted |' "$scratch/claimed/REPORT.md"
verify "with their lines" grep -qF 'triebench run --seed 3  # C1' "$scratch/claimed/REPORT.md"

mapfile -t reference < <(find results/reference -mindepth 2 -maxdepth 2 -name run.jsonl 2>/dev/null | LC_ALL=C sort)
if [[ ${#reference[@]} -eq 0 ]]; then
    echo "# skipped: there is no results/reference/*/run.jsonl to make REPORT.md from"
else
    again() {
        make --no-print-directory -s BUILD="$build" REPORT_DIR="$scratch/again" report && cmp REPORT.md "$scratch/again/REPORT.md"
    }
    verify "REPORT.md is what the reference run gives" again
    verify "its latency tables by a second way" agrees REPORT.md "${reference[@]}"
    verify "its tables in front by a second way" glances REPORT.md
    verify "its verdicts are borne out" borne_out REPORT.md "${reference[@]}"
    "$build/triebench" report "${reference[@]}" --brief >"$scratch/brief"
    fits() {
        awk '{ lines += length($0) > 80 ? int((length($0) + 79) / 80) : 1 } END { exit lines == 0 || lines > 23 }' "$scratch/brief"
    }
    verify "its brief form fits a screen" fits
    verify "its Markdown" markdown_is_even REPORT.md
fi
