#!/usr/bin/env bash
# export.sh - each export read by a second reader: xmllint, jq, the rules of Go's benchmark format, and those of CSV.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
data=tests/data/compare

export_to() {
    "$build/triebench" export "$@" >"$scratch/out" 2>"$scratch/err"
}

# Go's benchmark format: configuration, units, and lines of a name, a count, and pairs of a number and a unit.
go_rules() {
    awk '
        function fail(why) { print FNR ": " why ": " $0; bad = 1 }
        /^Benchmark/ {
            lines++
            if ($1 !~ /^Benchmark[A-Z][^ ]*$/ || $1 ~ /-[0-9]+$/) fail("name")
            if (NF < 4 || NF % 2 != 0) fail("fields")
            if ($2 !~ /^[1-9][0-9]*$/) fail("iterations")
            for (i = 3; i <= NF; i += 2) {
                if ($i !~ /^[0-9.]+(e[+-]?[0-9]+)?$/) fail("value")
                if (!($(i + 1) in unit)) fail("unit not declared")
                if (seen[FNR, $(i + 1)]++) fail("unit twice")
            }
            parts = split($1, part, "/")
            for (i = 2; i <= parts; i++) if (part[i] !~ /^[a-z]+=[^=]|^options=|^knobs=/) fail("key")
            next
        }
        /^Unit / { if ($3 !~ /^better=(higher|lower)$/ || $4 !~ /^assume=(nothing|exact)$/) fail("unit"); unit[$2]; next }
        !/^[a-z][^A-Z: ]*: ./ { fail("configuration") }
        END { if (lines == 0) { print "no line"; bad = 1 } exit bad }' "$1"
}

# RFC 4180: every row has as many fields as the head, and what is not ok has no median. Prints the number of rows.
csv_rows_are_even() {
    LC_ALL=C awk 'BEGIN { RS = "\001" } {
        n = split($0, byte, "")
        for (i = 1; i <= n; i++) {
            c = byte[i]
            if (quoted && c == "\"" && byte[i + 1] == "\"") { field = field c; i++ }
            else if (c == "\"") quoted = !quoted
            else if (!quoted && (c == "," || c == "\n")) {
                if (row == 0) name[++columns] = field
                else value[name[++at]] = field
                field = ""
                if (c != "\n") continue
                if (row > 0 && (at != columns || (value["outcome"] != "ok" && value["median_ns"] != ""))) { print "row " row; bad = 1 }
                row++
                at = 0
            }
            else field = field c
        }
        if (quoted || field != "") { print "open end"; bad = 1 }
        print row - 1
    }
    END { exit bad }' "$1"
}

for run in before crash; do
    export_to "$data/$run.jsonl" --to go
    verify "go: $run" go_rules "$scratch/out"
    export_to "$data/$run.jsonl" --to junit
    verify "junit: $run" xmllint --noout "$scratch/out"
    for format in bencher github-action google-benchmark; do
        export_to "$data/$run.jsonl" --to "$format"
        verify "$format: $run" jq -e . "$scratch/out"
    done
done

export_to "$data/before.jsonl" --to go
verify "go: a line a trial" test "$(grep -c '^BenchmarkInsert/.* ns/op ' "$scratch/out")" = 72
export_to "$data/crash.jsonl" --to go
verify "go: no time in a cell that crashed" bash -c "! grep 'batch=1000/strategy=thread-local' '$scratch/out' | grep -q ns/op"
verify "go: but that it did" test "$(grep -c ' 1 1 failures/op$' "$scratch/out")" = 1

export_to "$data/crash.jsonl" --to junit
xpath() { xmllint --xpath "$1" "$scratch/out"; }
verify "junit: the crash is an error" test "$(xpath 'string(//testcase[error]/@classname)')" = jemalloc.thread-local
verify "junit: with its signal and place" bash -c "[[ '$(xpath 'string(//error/@type)') $(xpath 'string(//error)')' == 'SIGSEGV killed by SIGSEGV'*'at symbols_slot (symbols.c:88)'* ]]"
verify "junit: and no time" test "$(xpath 'count(//testcase[error]/@time)')" = 0
verify "junit: counts agree" test "$(xpath 'number(/testsuites/@errors) + number(/testsuites/@tests)')" = 7
export_to "$data/slower.jsonl" --to junit --base "$data/before.jsonl"
verify "junit: a regression is a failure" test "$(xpath 'count(//testcase/failure[@type="regression"])')/$(xpath 'string(/testsuites/@failures)')" = 1/1
verify "junit: with its size" grep -q 'message="regressed: +1[01]\.[0-9] % \[+' "$scratch/out"
awk 'NR <= 25' "$data/before.jsonl" >"$scratch/few.jsonl"
export_to "$data/slower.jsonl" --to junit --base "$scratch/few.jsonl"
verify "junit: inconclusive is skipped, and is said" test "$(xpath 'count(//testcase[skipped][contains(system-out, "inconclusive")])')" = 4
verify "junit: a base that must not be compared: 5" bash -c "'$build/triebench' export '$data/other-machine.jsonl' --to junit --base '$data/before.jsonl' >/dev/null 2>&1; [[ \$? -eq 5 ]]"

export_to "$data/crash.jsonl" --to bencher
verify "bencher: names and measures within their bounds" jq -e 'length == 6 and all(keys[]; length <= 1024) and
    all(.[]; all(.[]; .value | type == "number"))' "$scratch/out"
verify "bencher: values within their intervals" jq -e 'all(.[]; all(.[]; .lower_value <= .value and .value <= .upper_value))' "$scratch/out"
verify "bencher: no latency of the cell that crashed, but its rate" jq -e '[to_entries[] | select(.value.latency == null)] |
    length == 1 and (.[0].value["failure-rate"].value - 1 / 12 | fabs) < 1e-9' "$scratch/out"
export_to "$data/crash.jsonl" --to github-action
verify "github-action: the cell that crashed is no entry" jq -e 'length == 5 and all(.[]; (.name | type) == "string" and
    (.value | type) == "number" and .unit == "ns") and (map(.name) | unique | length) == 5' "$scratch/out"
export_to "$data/crash.jsonl" --to google-benchmark
verify "google-benchmark: context and rows" jq -e '.context.json_schema_version == 1 and (.context.caches | type) == "array" and
    (.benchmarks | length) == 72' "$scratch/out"
verify "google-benchmark: no time in the cell that crashed" jq -e '[.benchmarks[] | select(.error_occurred)] |
    length == 12 and all(.[]; .real_time == null and .cpu_time == null and .iterations == null and .error_message != "")' "$scratch/out"
verify "google-benchmark: times elsewhere" jq -e '[.benchmarks[] | select(.error_occurred | not)] |
    length == 60 and all(.[]; (.real_time | type) == "number" and .time_unit == "ns" and .iterations == 3)' "$scratch/out"

export_to "$data/crash.jsonl" --to csv
verify "csv: rows of one length, no time of what crashed" csv_rows_are_even "$scratch/out"
sed 's/"workload":"facts"/"workload":"file:a,\\"b\\" <c>\\n\&%é\\u0002\/x.metta"/; s/"options":""/"options":"a=1"/' "$data/crash.jsonl" >"$scratch/hostile.jsonl"
export_to "$scratch/hostile.jsonl" --to csv
verify "csv: hostile names" test "$(csv_rows_are_even "$scratch/out")" = 72
export_to "$scratch/hostile.jsonl" --to junit
verify "junit: hostile names" xmllint --noout "$scratch/out"
export_to "$scratch/hostile.jsonl" --to go
verify "go: hostile names" go_rules "$scratch/out"
export_to "$scratch/hostile.jsonl" --to bencher
verify "bencher: hostile names" jq -e 'length == 6' "$scratch/out"

verify "no format: 2" bash -c "'$build/triebench' export '$data/before.jsonl' 2>'$scratch/err'; [[ \$? -eq 2 ]]"
verify "and they can be looked up" grep -q -- "--to wants one format" "$scratch/err"
verify "an unknown format: 2, with those there are" bash -c "'$build/triebench' export '$data/before.jsonl' --to xml 2>&1 | grep -q 'google-benchmark'"
