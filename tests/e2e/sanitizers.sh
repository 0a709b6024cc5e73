#!/usr/bin/env bash
# sanitizers.sh - the whole job, driver and worker, as built with ASan and UBSan, and with TSan: clean, on the C library's
# malloc (theirs stands in its place, so no other can be preloaded).
set -u
# shellcheck source=tests/support/e2e.sh
source "$(dirname "$0")/../support/e2e.sh"
sanitizers=$build

# clean VARIANT OPTION...: every trial is well, and neither program was reported.
clean() {
    local variant=$1
    shift
    build=$sanitizers/$variant
    rm -rf "${scratch:?}/$variant"
    run_trial "$scratch/$variant" --alloc glibc --workload facts,rules --samples 3 "$@" || { cat "$scratch/$variant".{out,err}; return 1; }
    [[ $(trials "$scratch/$variant" .outcome | sort -u) == ok ]] || return 1
    ! { grep -E 'Sanitizer|runtime error' "$scratch/$variant".{out,err} || trials "$scratch/$variant" '.output // empty' | grep .; }
}
for variant in asan tsan; do
    verify "$variant: every strategy on expressions, interned and inline" \
        clean $variant --batch 0,1,200 --threads 3 --symbols interned,inline
    verify "$variant: on encoded keys" clean $variant --strategy sequential,two-pass,individual,thread-local,space-parallel \
        --batch 200 --threads 3 --keys encoded
    verify "$variant: pools that spawn and park" clean $variant --batch 100 --threads 4 \
        --strategy thread-local:pool=spawn,thread-local:pool=park
    verify "$variant: batches taken in pieces" clean $variant --batch 135000 --threads 3 \
        --strategy sorted,partition --samples 1
    verify "$variant: keys that jump about in a large trie" clean $variant --batch 280000 --threads 1 --keys encoded \
        --symbols inline --strategy sequential --workload random --samples 1
done

# A report is kept, and the trial that it belongs to is not well. Without the caller's options: an abort_on_error=0 among them
# would go before the worker's, whose sanitizer then exits, with no signal and no stack to look at.
# reported SABOTEUR MESSAGE REPORT
reported() {
    local name=$1
    build=$sanitizers/asan
    ASAN_OPTIONS='' UBSAN_OPTIONS='' run_trial "$scratch/$name" --alloc glibc --workload facts --batch 20 --samples 8 --symbols inline \
        --strategy "$build/saboteurs/$name.so"
    trials "$scratch/$name" '.outcome, .reason, .crash.message, .crash.signature'
    [[ $(trials "$scratch/$name" .outcome) == abort ]] || return 1
    trials "$scratch/$name" .crash.message | grep -q "$2" && trials "$scratch/$name" .crash.report | grep -q "$3" &&
        [[ $(trials "$scratch/$name" .crash.signature) == "SIGABRT sabotage<saboteur_insert<sample_insert insert" ]]
}
verify "asan: what it reports of a strategy is kept with the trial" \
    reported heap-corrupt 'ERROR: AddressSanitizer: .*double-free' 'SUMMARY: AddressSanitizer'
verify "ubsan: likewise" reported undefined 'runtime error: signed integer overflow' 'undefined.c:'
