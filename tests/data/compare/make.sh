#!/usr/bin/env bash
# make.sh - writes the fixtures of `triebench compare` beside itself: one run before, and four after. The same each time.
#
# Two strategies, two batches, the A/A pair, 12 rounds; times differ from round to round by the same noise for
# all, and by a little of each trial's own.
set -euo pipefail
cd "$(dirname "$0")"

# write FILE CPU SEED SLOWER CRASH: SLOWER is what thread-local takes at batch 1000, CRASH the round in which it crashes there.
write() {
    awk -v cpu="$2" -v state="$3" -v slower="$4" -v crash="$5" '
        function noise() { # about uniform over -0.5 .. 0.5 (Lehmer, with the numbers of Park and Miller)
            state = state * 48271 % 2147483647
            return state / 2147483647 - 0.5
        }
        function trial(round, position, strategy, batch, threads, twin, ns,    samples, i, dead) {
            dead = round == crash && strategy == "thread-local" && batch == 1000
            for (i = 0; i < 3; i++)
                samples = samples (i ? "," : "") int(ns * (1 + 0.002 * noise()))
            printf "{\"type\":\"trial\",\"round\":%d,\"position\":%d,\"cell\":{\"workload\":\"facts\",\"batch\":%d," \
                "\"strategy\":\"%s\",\"options\":\"\",\"allocator\":\"jemalloc\",\"knobs\":\"\",\"threads\":%d,\"bind\":\"core\"," \
                "\"symbols\":\"interned\",\"keys\":\"expressions\",\"build\":\"\",\"twin\":%s},", round, position, batch, strategy,
                threads, twin
            if (dead)
                printf "\"outcome\":\"crash\",\"reason\":\"killed by SIGSEGV at null+0x10 in symbols_slot\",\"samples_ns\":[]," \
                    "\"crash\":{\"signal\":11,\"signal_name\":\"SIGSEGV\",\"address_class\":\"null+0x10\",\"phase\":\"insert\"," \
                    "\"frames\":[{\"function\":\"symbols_slot\",\"file\":\"symbols.c\",\"line\":88}],\"signature\":\"4be1c0d2a97f0a31\"}"
            else
                printf "\"outcome\":\"ok\",\"reason\":null,\"samples_ns\":[%s],\"crash\":null", samples
            printf ",\"replay\":\"triebench run --seed 7\",\"oversubscribed\":false,\"disturbance\":{\"flagged\":false}}\n"
        }
        BEGIN {
            printf "{\"type\":\"run\",\"schema\":1,\"id\":\"20261124T0%d0000Z-0000\",\"started\":\"2026-11-24T0%d:00:00Z\"," \
                "\"command\":\"triebench run --alloc jemalloc --strategy sequential,thread-local --workload facts " \
                "--batch 100,1000 --threads 2 --rounds 12 --seed 7 --aa\",\"seed\":7,\"plan_hash\":\"9c3f06b1d2a4e587\",\"cells\":6," \
                "\"rounds\":12,\"trials\":72,\"tool_version\":\"0.1.0\",\"git_commit\":null,\"git_dirty\":false,\"compiler\":\"gcc 12.2.0\"," \
                "\"flags\":\"-O2 -g\",\"host\":{\"cpu\":\"%s\",\"cores\":2,\"threads\":2,\"numa_nodes\":1,\"l3_bytes\":33554432," \
                "\"memory_bytes\":4389548032,\"kernel\":\"6.1.0\",\"libc\":\"glibc 2.36\",\"virtual\":true,\"governor\":null," \
                "\"thp\":\"madvise\",\"aslr\":2,\"clock\":\"tsc\",\"clock_step_ns\":20,\"clock_cost_ns\":24},\"criteria\":null}\n",
                state % 10, state % 10, cpu
            for (round = 0; round < 12; round++) {
                drift = 1 + 0.04 * noise()
                for (size = 0; size < 2; size++) {
                    batch = size ? 1000 : 100
                    base = 95 * batch * drift
                    trial(round, 3 * size, "sequential", batch, 1, "false", base * (1 + 0.006 * noise()))
                    trial(round, 3 * size + 1, "sequential", batch, 1, "true", base * (1 + 0.006 * noise()))
                    trial(round, 3 * size + 2, "thread-local", batch, 2, "false",
                        base * 0.7 * (size ? slower : 1) * (1 + 0.008 * noise()))
                }
            }
            crashed = crash >= 0
            printf "{\"type\":\"end\",\"finished\":true,\"trials\":72,\"outcomes\":{\"ok\":%d,\"crash\":%d,\"abort\":0,\"hang\":0," \
                "\"oom\":0,\"corrupt\":0,\"refused\":0,\"lost\":0},\"seconds\":60.5}\n", 72 - crashed, crashed
        }' >"$1.jsonl"
}

write before "Example CPU" 1001 1 -1
write same "Example CPU" 2002 1 -1
write slower "Example CPU" 3003 1.12 -1
write crash "Example CPU" 4004 1 5
write other-machine "Another CPU" 5005 1 -1
