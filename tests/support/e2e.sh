# e2e.sh - what the end-to-end tests share; sourced. Each sees $root, $build (the programs), $scratch (gone at the end).
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-build}
[[ $build == /* ]] || build=$root/$build
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export build
cd "$root" || exit 1

# verify NAME COMMAND...: ok if the command succeeds; what it printed is shown if not.
verify() {
    local name=$1
    shift
    if "$@" >"$scratch/verify" 2>&1; then
        echo "ok $name"
    else
        sed 's/^/# /' "$scratch/verify"
        echo "not ok $name"
    fi
}

# run_trial DIR OPTION...: a quiet run of one round into DIR; its exit status.
run_trial() {
    local dir=$1
    shift
    "$build/triebench" run --quiet --rounds 1 --out "$dir" "$@" >"$dir.out" 2>"$dir.err"
}

# trials FILE FILTER: jq over the trial lines, raw.
trials() {
    jq -r "select(.type==\"trial\") | $2" "$1/run.jsonl"
}
