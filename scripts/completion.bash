# completion.bash - completes triebench's command line in bash: `source scripts/completion.bash`. Commands and options are those
# that the program tells with --help, names those of `triebench list --words`; without a program that runs nothing is offered.
# shellcheck shell=bash

# The words up to the cursor, as triebench will get them, one a line: bash also parts them at a : or = inside.
_triebench_words() {
    local i piece word='' joined=1
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        if [[ $piece == [:=@]* || $joined -eq 1 ]]; then
            word+=$piece
        else
            printf '%s\n' "$word"
            word=$piece
        fi
        joined=0
        [[ $piece != [:=@]* ]] || joined=1
    done
    printf '%s\n' "$word"
}

# _triebench_options PROGRAM COMMAND: its options, with what each takes behind a blank; those of run too, where it takes them.
_triebench_options() {
    local help
    help=$("$1" "$2" --help 2>/dev/null)
    sed -nE 's/^  (--[a-z-]+)( ([^ ]+))?( .*)?$/\1 \3/p' <<<"$help"
    [[ $help != *'[OPTION OF run...]'* ]] || _triebench_options "$1" run
}

# _triebench_spec PROGRAM KIND ITEM: names, or the knobs of one, that begin as the item does.
_triebench_spec() {
    local item=$3 name=${3%%:*}
    "$1" list --words 2>/dev/null | sed -n "s/^$2 //p" |
        if [[ $item == *:* ]]; then
            awk -v name="$name:" -v before="${item%:*}:" -v last="${item##*:}" '
                index($0, name) == 1 {
                    word = substr($0, length(name) + 1)
                    option = substr(word, 1, index(word, "="))
                    if (index(before, ":" option) > 0) next
                    if (index(last, "=") == 0) word = option
                    if (index(word, last) == 1 && !seen[word]++) print before word
                }'
        else
            awk -v item="$item" 'index($0, ":") == 0 && index($0, item) == 1'
        fi
}

# _triebench_value PROGRAM OPTION TAKES ITEM: what the item, of a list the last, can be.
_triebench_value() {
    local option=$2 takes=$3 item=$4
    case $option:$item in
    --workload:file:*) compgen -P file: -f -- "${item#file:}" ;;
    --alloc:*/* | --strategy:*/*) compgen -f -- "$item" ;;
    --alloc:*) _triebench_spec "$1" allocator "$item" ;;
    --strategy:* | --reference:*) _triebench_spec "$1" strategy "$item" ;;
    --workload:*) _triebench_spec "$1" workload "$item" | sed 's/^file$/file:/' ;;
    *) case ${takes%,..} in
        FILE) compgen -f -- "$item" ;;
        DIR) compgen -d -- "$item" ;;
        RUN) _triebench_runs "$item" ;;
        *'|'*) compgen -W "$(tr '|' '\n' <<<"${takes%,..}" | grep -x '[a-z0-9-]*')" -- "$item" ;;
        esac ;;
    esac
    [[ $takes != *,.. || $option != --alloc && $option != --strategy ]] || compgen -W all -- "$item"
}

# Runs that lie where triebench writes them; once something is typed, files and folders.
_triebench_runs() {
    local run
    if [[ -n $1 && results/runs/ != "$1"* && $1 != results/runs/* ]]; then
        compgen -f -- "$1"
        return
    fi
    for run in results/runs/*/run.jsonl; do
        run=${run%/run.jsonl}
        [[ ! -e $run/run.jsonl || $run != "$1"* ]] || printf '%s\n' "$run"
    done
}

# _triebench_candidates PROGRAM WORD...: whole words that can stand in the place of the last.
_triebench_candidates() {
    local program=$1 command=$3 word=${*: -1} before=${*: -2:1} option takes head=''
    shift
    if [[ $# -eq 2 ]]; then
        compgen -W "$("$program" help 2>/dev/null | sed -nE 's/^  (--)?([a-z]+)( .*)?$/\1\2/p')" -- "$word"
        return
    fi
    if [[ $command == help ]]; then
        [[ $# -gt 3 ]] || compgen -W "$("$program" help 2>/dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p')" -- "$word"
        return
    fi
    local options
    options=$(_triebench_options "$program" "$command")
    option=$before
    if [[ $word == --*=* ]]; then
        option=${word%%=*} head=${word%%=*}= word=${word#*=}
    fi
    takes=$(awk -v option="$option" '$1 == option { print $2; exit }' <<<"$options")
    if [[ -n $takes ]]; then
        [[ $takes != *,.. || $word != *,* ]] || head+=${word%,*},
        _triebench_value "$program" "$option" "$takes" "${word##*,}" | awk -v head="$head" '{ print head $0 }'
    elif [[ $word == -* ]]; then
        compgen -W "$(cut -d' ' -f1 <<<"$options")" -- "$word"
    elif [[ $command =~ ^(compare|report|export|history)$ ]]; then
        _triebench_runs "$word"
    fi
}

_triebench() {
    local program=${COMP_WORDS[0]/#\~/$HOME} words candidates piece=${COMP_WORDS[COMP_CWORD]} kept
    COMPREPLY=()
    program=$(type -P -- "$program") || return 0
    mapfile -t words < <(_triebench_words)
    # Only the last piece of the word is replaced, and none of it where that is what parts the word.
    [[ $piece != [:=@]* ]] || piece=''
    kept=${words[-1]%"$piece"} kept=${kept//\\/}
    words[-1]=${words[-1]#[\"\']} # a name with a blank in it may be quoted
    words[-1]=${words[-1]//\\/}
    mapfile -t candidates < <(_triebench_candidates "$program" "${words[@]}")
    [[ ${#candidates[@]} -gt 0 ]] || return 0
    COMPREPLY=("${candidates[@]#"$kept"}")
    [[ ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace 2>/dev/null
    [[ ! -e ${COMPREPLY[0]} ]] || compopt -o filenames 2>/dev/null
    return 0
}

complete -F _triebench triebench
