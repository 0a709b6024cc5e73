#!/usr/bin/env bash
# completion.sh - bash completes commands, options and names that there are; and each option is one that it knows how to complete.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
# shellcheck source=scripts/completion.bash
source scripts/completion.bash

# completes LINE: what can stand in the place of the line's last word, of which bash replaces what is behind the last : or =.
completes() {
    local parted=$1
    parted=${parted//:/ : } parted=${parted//=/ = }
    read -ra COMP_WORDS <<<"$parted"
    [[ $1 != *' ' ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _triebench
    printf '%s\n' "${COMPREPLY[@]}"
}

# offers LINE WORD...: these and no others, in any order.
offers() {
    local line=$1
    shift
    diff <(completes "$build/triebench $line" | sort) <(printf '%s\n' "$@" | sort)
}

# among LINE WORD: this among others.
among() {
    completes "$build/triebench $1" | grep -qxF -- "$2"
}

verify "a command" offers 'rep' report repro
verify "every command" diff <(completes "$build/triebench " | grep -v '^--' | sort) \
    <("$build/triebench" help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort)
verify "help of a command" offers 'help exp' explain export
verify "an option" offers 'run --until' --until-crash
verify "an option behind others" offers 'run --alloc glibc --dry' --dry-run
verify "options of run, where a command takes them" offers 'compare --build a --build b --strat' --strategy
verify "none of run elsewhere" offers 'report --strat' ''
verify "a strategy" offers 'run --strategy thr' thread-local
verify "its knobs" offers 'run --strategy thread-local:' pool= merge= symbols= permits= root=
verify "a value" offers 'run --strategy thread-local:merge=' serial tree join
verify "a second knob" offers 'run --strategy thread-local:merge=tree:p' pool= permits=
verify "no knob twice" offers 'run --strategy thread-local:merge=tree:me' ''
verify "a list" offers 'run --strategy sequential,thr' sequential,thread-local
verify "a knob behind a list" offers 'run --strategy sequential:permits=sound,thread-local:me' merge=
verify "with = before the value" offers 'run --strategy=thr' thread-local
verify "all" among 'run --strategy ' all
verify "one strategy is not all" offers 'explain --strategy al' ''
verify "an allocator" offers 'run --alloc jem' jemalloc
verify "its knob" offers 'run --alloc jemalloc:n' narenas=
verify "a knob's words" offers 'run --alloc glibc,jemalloc:tcache=t' true
verify "a number is the user's" offers 'run --alloc jemalloc:narenas=' ''
verify "a workload" offers 'scale --workload ru' rules
verify "a workload that wants a path" offers 'run --workload fi' file:
verify "the path" offers 'run --workload facts,file:tests/data/fam' tests/data/family.metta
verify "choices" offers 'run --symbols in' interned inline
verify "choices behind a list" offers 'run --bind core,sc' core,scatter
verify "a format" offers 'export tests/data/run.jsonl --to g' go github-action google-benchmark
verify "a file" offers 'report tests/data/run.jsonl --criteria results/cri' results/criteria.json
verify "nothing for a number" offers 'run --batch ' ''
verify "nothing of an unknown command" offers 'nonsense --' ''

# As bash calls it where a word stops at a colon that is not to be replaced.
offers_with() {
    COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}
    COMP_WORDS=("$build/triebench" run --strategy thread-local:me) COMP_CWORD=3
    _triebench
    [[ ${COMPREPLY[*]} == thread-local:merge= ]]
}
verify "where : does not part words" offers_with

# Run folders, one with a blank in its name, in a tree of their own.
mkdir -p "$scratch/tree/results/runs/"{'a b',c,none}
touch "$scratch/tree/results/runs/"{'a b',c}/run.jsonl "$scratch/tree/own.jsonl"
runs() {
    cd "$scratch/tree" || return 1
    offers 'report ' 'results/runs/a b' results/runs/c || return 1
    offers 'selftest --from results/runs/c' results/runs/c || return 1
    offers 'report own' own.jsonl || return 1
    COMP_WORDS=("$build/triebench" compare 'results/runs/a\ ') COMP_CWORD=2
    _triebench
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == 'results/runs/a b' ]] || return 1
    COMP_WORDS=("$build/triebench" history '"results/runs/a ') COMP_CWORD=2
    _triebench
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == 'results/runs/a b' ]]
}
verify "runs, whatever their names" runs

silent() {
    COMP_WORDS=("$scratch/triebench" run --strategy '') COMP_CWORD=3 COMPREPLY=(before)
    _triebench >"$scratch/said" 2>&1
    [[ ${#COMPREPLY[@]} -eq 0 && ! -s $scratch/said ]]
}
verify "silent without a program" silent
touch "$scratch/triebench" && chmod +x "$scratch/triebench" && echo 'exit 1' >"$scratch/triebench"
verify "silent where it does not run" silent

told() {
    "$build/triebench" "$1" --help | grep -oE '^  --[a-z-]+' | tr -d ' '
}
# Each option of each command takes what the completion tells apart, or what people have to think of.
known() {
    local command option takes bad=0
    while read -r command; do
        while read -r option takes; do
            case ${takes%,..} in
            '' | FILE | DIR | RUN | STRATEGY | *'|'*) ;;
            N | SECONDS | PERCENT | BYTES | SEED | MICROSECONDS) ;;
            'NAME[:OPT=V..]') [[ $option == --strategy ]] || bad=1 ;;
            'NAME[:KNOB=V..]') [[ $option == --alloc ]] || bad=1 ;;
            NAME) [[ $option == --workload ]] || bad=1 ;;
            *) bad=1 ;;
            esac
            ((bad == 0)) || { echo "$command $option $takes"; return 1; }
        done < <(_triebench_options "$build/triebench" "$command")
        diff <({ told "$command" && [[ $command != compare ]] || told run; } | sort -u) <(completes "$build/triebench $command --" | sort -u) ||
            return 1
    done < <("$build/triebench" help | sed -nE 's/^  ([a-z]+) +.*/\1/p' | grep -vx help)
}
verify "every option is known" known

# The words are those of `triebench list --json`.
listed() {
    diff <("$build/triebench" list --words | sort) <("$build/triebench" list --json | jq -r '
        def knob(kind; name): .name as $knob | .values as $values |
            (if ($values | type) == "array" then $values
             elif ($values | type) == "string" and ($values | test("^[a-z|-]+$")) then $values | split("|")
             else [""] end)[] | kind + " " + name + ":" + $knob + "=" + .;
        (.strategies[] | .name as $n | "strategy " + $n, (.options[] | knob("strategy"; $n))),
        (.allocators[] | .name as $n | "allocator " + $n, (.knobs[] | knob("allocator"; $n))),
        (.workloads[] | "workload " + .name)' | sort)
}
verify "the words are those of the list" listed
