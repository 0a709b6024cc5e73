#!/usr/bin/env bash
# arenas.sh - the arena hypothesis is tested where it must show and where it must not; what exhaustion does is told.
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"

arenas() {
    local name=$1
    shift
    "$build/triebench" arenas --quiet --out "$scratch/$name" "$@" >"$scratch/$name.out" 2>"$scratch/$name.err"
}

says() {
    grep -q -- "$2" "$scratch/$1.out" || { cat "$scratch/$1".{out,err}; return 1; }
}

# Without its thread caches jemalloc goes to the arena for every block: if the test can find sharing, then here.
arenas doses --only-doses --alloc jemalloc:tcache=false --limits 1,2 --threads 1,8 --batch 50000 --rounds 5 --budget 8
status=$?
ended() {
    [[ $status == 0 || $status == 4 ]] || { cat "$scratch"/doses.{out,err}; return 1; }
}
verify "doses are measured" ended
verify "one arena is counted under eight threads" says doses '8/'
verify "sharing one arena without thread caches is found to slow" \
    says doses 'churn  *jemalloc:tcache=false  *supported'
verify "no crash is put down to sharing" says doses 'Sharing an arena crashes: refuted; 0 of '
verify "the doses are an ordinary results file" test "$(trials "$scratch/doses/doses" .outcome | sort -u)" = ok

verify "exhaustion ends well" arenas exhaustion --only-exhaustion
verify "arenas that run out are refused, and nobody crashes" says exhaustion 'jemalloc  5 ok; reached [0-9]*, errno 11, workers refused 0'
# In a short address space jemalloc 5.3 reads through a NULL arena. Its offset is its version's, so none is asked for.
allocators_own() {
    trials "$scratch/exhaustion/$1" 'select(.cell.allocator == "jemalloc") | .crash.signature' |
        grep -q '^SIGSEGV null.*(allocator)' && ! trials "$scratch/exhaustion/$1" .crash.signature | grep -q 'null+0x10 '
}
for short in space mappings thread-local-52m; do
    verify "with little $short it is jemalloc that crashes, and not at 0x10" allocators_own "$short"
done
the_studys() {
    trials "$scratch/exhaustion/the-study" '.outcome + " " + (.crash.signature // "")' | tee /dev/stderr |
        grep -c '^crash SIGSEGV null+0x10 intern' | awk '{ exit $1 < 8 }'
}
verify "the study's crash is another: in the interning function, in most of twenty trials" the_studys
verify "both leave nothing to do" test "$("$build/triebench" arenas --only-doses --only-exhaustion 2>&1 >/dev/null)" \
    = "triebench arenas: --only-doses and --only-exhaustion leave nothing to do"
