#!/usr/bin/env bash
# layers.sh [FILE...] - who may include whom; by default of all sources. Prints what breaks the rule, exit status 1.
set -euo pipefail

# A folder, and the folders out of which it may include. The longest folder that a file lies in counts.
rules() {
    cat <<'RULES'
trie             trie
strategies       strategies trie
allocators       allocators
harness/common   harness/common
harness/worker   harness/worker harness/perturb harness/common allocators strategies trie
harness/perturb  harness/perturb harness/worker
harness/stats    harness/stats harness/common
harness/driver   harness/driver harness/stats harness/common allocators
tests            tests harness allocators strategies trie
RULES
}

if [[ $# -eq 0 ]]; then
    mapfile -t files < <(find trie strategies allocators harness tests -name '*.[ch]' -o -name '*.def' | sort)
    set -- "${files[@]}"
fi

awk '
    function inside(path, folder) { return index(path, folder "/") == 1 }
    function layer(path,    folder, best) {
        for (folder in allowed)
            if (inside(path, folder) && length(folder) > length(best))
                best = folder
        return best
    }
    function permitted(from, path,    i, count, folders) {
        count = split(allowed[from], folders, " ")
        for (i = 1; i <= count; i++)
            if (inside(path, folders[i]))
                return 1
        return 0
    }
    function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }

    FNR == 1 { files++ }
    files == 1 { folder = $1; $1 = ""; allowed[folder] = $0; next }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, part, "\"")
        from = layer(FILENAME)
        if (from == "")
            complain("lies in no known layer")
        else if (part[2] !~ /\//)
            complain("\"" part[2] "\" is not written from the root")
        else if (!permitted(from, part[2]))
            complain(from " must not include \"" part[2] "\"; it may include:" allowed[from])
    }
    END { exit bad }
' <(rules) "$@"
