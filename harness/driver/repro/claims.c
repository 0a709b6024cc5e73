/*
 * claims.c - see claims.h: the table. C are the study's own claims, D those of documents beside it; figures
 * are quoted from there. A claim of several parts has a row for each that can be told apart.
 */
#include "harness/driver/repro/claims.h"

#include <math.h>

#define BULK(strategy, workload, batch)                                                                      \
    {                                                                                                        \
        REPRO_BULK, workload, strategy, NULL, batch, 0                                                       \
    }
#define CORES(strategy, batch)                                                                               \
    {                                                                                                        \
        REPRO_CORES, NULL, strategy, NULL, batch, 0                                                          \
    }
#define RACE(strategy, allocator, batch)                                                                     \
    {                                                                                                        \
        REPRO_RACES, NULL, strategy, allocator, batch, 18                                                    \
    }
#define SOUND(strategy, batch)                                                                               \
    {                                                                                                        \
        REPRO_SOUND, NULL, strategy, NULL, batch, 0                                                          \
    }
#define SCRATCH(scratch)                                                                                     \
    {                                                                                                        \
        REPRO_SCRATCH, NULL, "text:scratch=" scratch, NULL, 1000, 0                                          \
    }
#define DISPATCH(pool)                                                                                       \
    {                                                                                                        \
        REPRO_DISPATCH, NULL, "churn:pool=" pool, NULL, 0, 18                                                \
    }
#define ARENAS(strategy, allocator, threads)                                                                 \
    {                                                                                                        \
        REPRO_ARENAS, NULL, strategy, allocator, 0, threads                                                  \
    }
#define EXHAUST(what)                                                                                        \
    {                                                                                                        \
        REPRO_EXHAUST, NULL, "exhaust:what=" what, NULL, 0, 0                                                \
    }
#define LEAKY_THREAD_LOCAL "thread-local:permits=leaky"
#define LEAKY_SPACE        "space-parallel:permits=leaky"
#define LEAKY_STRING       "string-parallel:permits=leaky"

/* Within a fifth of the study's figure counts as the same. */
#define ABOUT(figure) (figure) * 0.8, (figure)*1.2

const struct claim claims[] = {
    {"C1", "private tries and a merge are 2 to 4 times as fast at 100 items", CLAIM_RATIO,
     CORES("thread-local", 100), CORES("sequential", 100), 0.25, 0.5, NULL},
    {"C1", "and 4 to 8 times at 1000", CLAIM_RATIO, CORES("thread-local", 1000), CORES("sequential", 1000),
     0.125, 0.25, NULL},
    {"C1", "and that with ranges of keys, which share nothing, at 1000", CLAIM_RATIO,
     CORES("partition", 1000), CORES("sequential", 1000), 0.125, 0.25,
     "`partition`, which the study did not try"},
    {"C2", "parallel work pays from 100 items on", CLAIM_RATIO, CORES("thread-local", 100),
     CORES("sequential", 100), 0, 1, "as many workers as cores"},
    {"C3", "approach 1 (shared space) segfaults at 1000 items", CLAIM_CRASHES, RACE(LEAKY_SPACE, NULL, 1000),
     .detail = "with the original's race; without it see C47"},
    {"C4", "because 18 workers exhaust jemalloc's arenas", CLAIM_FOLLOWS, RACE(LEAKY_THREAD_LOCAL, NULL, 0),
     .detail = NULL},
    {"C5", "approach 2 (text in parallel) takes 3.5 times as long at 100 facts", CLAIM_RATIO,
     BULK("string-parallel", "facts", 100), BULK("individual", "facts", 100), ABOUT(717.79 / 201.92), NULL},
    {"C5", "3.8 times at 500 facts", CLAIM_RATIO, BULK("string-parallel", "facts", 500),
     BULK("individual", "facts", 500), ABOUT(4480.0 / 1190), NULL},
    {"C5", "7.3 times at 1000 facts", CLAIM_RATIO, BULK("string-parallel", "facts", 1000),
     BULK("individual", "facts", 1000), ABOUT(17900.0 / 2460), NULL},
    {"C6", "and a third of the time at 100 rules", CLAIM_RATIO, BULK("string-parallel", "rules", 100),
     BULK("individual", "rules", 100), ABOUT(78.99 / 235.61), NULL},
    {"C6", "and at 500 rules", CLAIM_RATIO, BULK("string-parallel", "rules", 500),
     BULK("individual", "rules", 500), ABOUT(452.27 / 1440), NULL},
    {"C6", "and at 1000 rules", CLAIM_RATIO, BULK("string-parallel", "rules", 1000),
     BULK("individual", "rules", 1000), ABOUT(1010.0 / 3130), NULL},
    {"C7", "the worst case is 6.47 times slower", CLAIM_ARITHMETIC, .low = 17900.0 / 2460, .high = 6.47,
     .detail = "its own table: 17.90 ms over 2.46 ms"},
    {"C8", "losing the direct encoding is one cause: text is slower", CLAIM_RATIO,
     BULK("text", "facts", 1000), BULK("sequential", "facts", 1000), 1.05, INFINITY, "on one thread"},
    {"C9", "a tenth of approach 2 (making text) could be done in parallel", CLAIM_SHARE,
     BULK("text", "facts", 1000), .low = 0.08, .high = 0.12, .detail = "print"},
    {"C10", "coordinating threads cost more than they gained", CLAIM_RATIO,
     BULK("string-parallel", "facts", 1000), BULK("text", "facts", 1000), 1, INFINITY, NULL},
    {"C11", "rules gained because their text is longer", CLAIM_RATIO, BULK("string-parallel", "rules", 1000),
     BULK("text", "rules", 1000), 0, 0.95, "a gain would have to show against text on one thread"},
    {"C12", "approach 3 (private tries) segfaults at 100 items", CLAIM_CRASHES,
     RACE(LEAKY_THREAD_LOCAL, NULL, 100), .detail = "with the original's race"},
    {"C13", "private tries do not help against the crash", CLAIM_BREAKS, SOUND("thread-local", 0),
     .detail = "private tries on a sound symbol table"},
    {"C14", "independent maps still exhaust the arenas", CLAIM_BREAKS, ARENAS("thread-local", NULL, 0),
     .detail = "18 to 256 threads, each its own trie"},
    {"C15", "PathMap's inner structure clashes with jemalloc", CLAIM_OUTSIDE,
     .detail = "it is about PathMap's Rust source, of which there is nothing here"},
    {"C16", "PathMap may be sent to a thread, not shared", CLAIM_OUTSIDE,
     .detail = "it is about PathMap's Rust source"},
    {"C17", "a trie cannot be changed across threads", CLAIM_BREAKS, SOUND("space-parallel", 0),
     .detail = "threads share one sound space"},
    {"C18", "a trie cannot be allocated across threads", CLAIM_BREAKS, ARENAS("thread-local", "jemalloc", 0),
     .detail = "every thread allocates its own nodes"},
    {"C19", "a trie expects to be used by one thread: more make it slower", CLAIM_RATIO,
     CORES("thread-local", 100000), CORES("sequential", 100000), 1, INFINITY, NULL},
    {"C20", "jemalloc makes an arena for each map", CLAIM_FIGURE, ARENAS("thread-local", "jemalloc", 256),
     .low = 256, .high = INFINITY, .detail = "contention arenas"},
    {"C21", "its pool of four arenas a processor is exhausted", CLAIM_BREAKS,
     ARENAS("churn", "jemalloc:narenas=1", 256), .detail = "256 threads on a single arena"},
    {"C22", "falling back to shared arenas corrupts memory", CLAIM_BREAKS,
     ARENAS("thread-local", "jemalloc:narenas=1", 0), .detail = "every key of every sample was read back"},
    {"C23", "allocating at the same time is the problem, not sharing", CLAIM_BREAKS, ARENAS("churn", NULL, 0),
     .detail = "threads that only allocate"},
    {"C24", "the other nine tenths are work on the trie", CLAIM_SHARE, BULK("text", "facts", 1000),
     .low = 0.88, .high = 0.92, .detail = "insert build merge"},
    {"C25", "Amdahl: a tenth in parallel on 18 workers gains 1.104", CLAIM_ARITHMETIC,
     .low = 1 / (0.9 + 0.1 / 18), .high = 1.104,
     .detail = "right for approach 2; approach 3 builds in parallel too"},
    {"C26", "work on the trie cannot be done in parallel", CLAIM_RATIO, CORES("partition", 100000),
     CORES("sequential", 100000), 1, INFINITY, "as many workers as cores"},
    {"C27", "403 unit tests passed, with batches below 100 only", CLAIM_OUTSIDE,
     .detail = "it is about the original's tests; below the threshold no thread runs there"},
    {"C28", "it works below 100 items and always crashes from 100 on: nothing at 50", CLAIM_BREAKS,
     RACE(LEAKY_THREAD_LOCAL, NULL, 50), .detail = NULL},
    {"C29", "five kernel lines name the same instruction", CLAIM_ARITHMETIC, .low = 3, .high = 1,
     .detail = "the lines have three different page offsets: de0, bb0, f10"},
    {"C30", "the address is always 0x10", CLAIM_CRASHES, RACE(NULL, NULL, 0),
     .detail = "a field read through NULL, which no corruption is needed for"},
    {"C31", "all three approaches crash: approach 2 too", CLAIM_CRASHES, RACE(LEAKY_STRING, NULL, 0),
     .detail = "its workers intern nothing"},
    {"C32", "2.46 us a fact become 17.9", CLAIM_RATIO, BULK("string-parallel", "facts", 1000),
     BULK("individual", "facts", 1000), ABOUT(17.9 / 2.46), NULL},
    {"C33", "creating a thread costs about 50 us", CLAIM_START, DISPATCH("spawn"), DISPATCH("spin"), 25, 100,
     NULL},
    {"C34", "stealing work and a final lock cost too", CLAIM_OUTSIDE,
     .detail = "no strategy here steals work; the final union is under `merge` in each record"},
    {"C35", "below a millisecond of work the overhead dominates", CLAIM_RATIO,
     BULK("thread-local", "facts", 10), BULK("sequential", "facts", 10), 1, INFINITY, NULL},
    {"C36", "allocators may crash when their arenas run out", CLAIM_CRASHES, EXHAUST("arenas"),
     .detail = "refused by an error number instead"},
    {"C36", "or their memory", CLAIM_CRASHES, EXHAUST("space"),
     .detail = "jemalloc 5.3 reads through a NULL arena, at an offset of its own"},
    {"C37", "another allocator may not cure it: mimalloc", CLAIM_CRASHES,
     RACE(LEAKY_THREAD_LOCAL, "mimalloc", 0), .detail = "preloaded; nothing was rebuilt"},
    {"C37", "another allocator may not cure it: tcmalloc", CLAIM_CRASHES,
     RACE(LEAKY_THREAD_LOCAL, "tcmalloc", 0), .detail = "preloaded; nothing was rebuilt"},
    {"C38", "an allocator of one's own needs a fork of PathMap", CLAIM_OUTSIDE,
     .detail = "it is about PathMap's interface"},
    {"C39", "a higher threshold does not help", CLAIM_RATIO, CORES("thread-local", 10000),
     CORES("sequential", 10000), 1, INFINITY, "10,000 items"},
    {"C40", "evaluating expressions in parallel gains 2 to 8 times", CLAIM_OUTSIDE,
     .detail = "nothing is evaluated here"},
    {"C41", "bulk insertion on one thread gains 1.24 times at 10 facts", CLAIM_RATIO,
     BULK("sequential", "facts", 10), BULK("individual", "facts", 10), ABOUT(12.98 / 16.07), NULL},
    {"C41", "and 1.82 times at 50", CLAIM_RATIO, BULK("sequential", "facts", 50),
     BULK("individual", "facts", 50), ABOUT(47.98 / 87.21), NULL},
    {"C42", "there is no parallel path worth having: at 1000 items", CLAIM_RATIO, CORES("partition", 1000),
     CORES("sequential", 1000), 0.95, INFINITY, NULL},
    {"C42", "nor at 100,000", CLAIM_RATIO, CORES("partition", 100000), CORES("sequential", 100000), 0.95,
     INFINITY, NULL},
    {"C43", "fewer operations on the trie gain instead: encode all, then insert all", CLAIM_RATIO,
     BULK("two-pass", "facts", 1000), BULK("sequential", "facts", 1000), 0, 0.95, NULL},
    {"C43", "or build each node once", CLAIM_RATIO, CORES("sorted", 1000), CORES("sequential", 1000), 0, 0.95,
     "`sorted`, on one thread"},
    {"C44", "it was measured on 18 cores, processors 0 to 17", CLAIM_OUTSIDE,
     .detail = "which processors those were cannot be told; this machine's are in the record"},
    {"C45", "even without a crash it could gain a tenth at most", CLAIM_RATIO, CORES("partition", 100000),
     CORES("sequential", 100000), 1 / 1.104, INFINITY, NULL},
    {"C46", "the tries are united one after the other, under one lock, which costs a tenth and more",
     CLAIM_SHARE, BULK("thread-local", "facts", 1000), .low = 0.1, .high = 1, .detail = "merge"},
    {"C47", "private tries are not safe with an allocator", CLAIM_BREAKS, SOUND(NULL, 0),
     .detail = "perturbed, under all four allocators"},
    {"D1", "no arena is made for a map", CLAIM_FIGURE, ARENAS("thread-local", "jemalloc", 256), .low = 0,
     .high = 255, .detail = "contention arenas"},
    {"D2", "a thousand threads corrupt the allocator's own data", CLAIM_BREAKS,
     ARENAS("churn", "jemalloc", 256), .detail = "256 threads that only allocate"},
    {"D3", "0x10 is the address field of an extent of jemalloc", CLAIM_OUTSIDE,
     .detail = "it is about jemalloc's source; the crashes of C30 name the interning function"},
    {"D4", "perhaps a thousand threads were started", CLAIM_OUTSIDE,
     .detail = "it is about the original's thread pool"},
    {"D5", "more than 100 allocations at once tear pointers", CLAIM_BREAKS, ARENAS("churn", NULL, 256),
     .detail = "256 threads that only allocate, under every allocator"},
    {"D6",
     "limiting the pool cures it: nothing with two workers",
     CLAIM_BREAKS,
     {REPRO_RACES, NULL, LEAKY_THREAD_LOCAL, NULL, 1000, 2},
     .detail = NULL},
    {"D7", "its own benchmark of tuned arenas gains 3.3 times", CLAIM_OUTSIDE,
     .detail = "its workload has no symbol table and no union, and so none of what crashed"},
    {"D8", "a map costs 50 to 100 ns to make, 5 to 10 to clear", CLAIM_OUTSIDE,
     .detail = "an empty trie allocates nothing here; no strategy clears one"},
    {"D9", "1.8 to 2 times from 100 to 500 items", CLAIM_RATIO, CORES("thread-local", 500),
     CORES("sequential", 500), 1 / 2.0, 1 / 1.8, NULL},
    {"D10", "1000 facts take 10 ms in sequence and 64.7 with text in parallel", CLAIM_RATIO,
     BULK("string-parallel", "facts", 1000), BULK("text", "facts", 1000), ABOUT(6.47), NULL},
    {"D11", "it crashed after some 5050 iterations", CLAIM_OUTSIDE,
     .detail = "a figure of the plan, not of a run; METHOD.md tells after how many samples it crashes here"},
    {"D12", "bulk calls gain 2 to 12 %", CLAIM_OUTSIDE, .detail = "its figures are a baseline, copied"},
    {"D13", "building in one go gains 2 to 10 times", CLAIM_RATIO, CORES("sorted", 1000),
     CORES("sequential", 1000), 0.1, 0.5,
     "what was tried there unfolds a PathMap; `sorted` is this trie's way of doing it"},
    {"D14", "it lost by copying every key at every depth", CLAIM_OUTSIDE,
     .detail = "it is about PathMap's anamorphism"},
    {"D15", "keys share a tenth of their bytes", CLAIM_OUTSIDE,
     .detail = "the encoded facts share 17 of 28 bytes, which trie/README.md and its tests show"},
    {"D16", "an item costs more in a larger batch because of locks: not so on one thread", CLAIM_RATIO,
     BULK("individual", "facts", 1000), BULK("individual", "facts", 10), 0, 1.1,
     "a single thread, no lock contended: copying the path is what grows"},
    {"D17", "grouping by the first byte gains 3 to 7 times", CLAIM_OUTSIDE,
     .detail = "every key begins with the same byte, its arity: there is one group"},
    {"D18", "inserting again is 1.4 to 1.8 times slower", CLAIM_OUTSIDE,
     .detail = "its benchmark timed the first insertion with the second; samples here are fresh spaces"},
    {"D19", "99 % of the text path is serialising", CLAIM_SHARE, BULK("text", "facts", 1000), .low = 0.97,
     .high = 1, .detail = "print parse encode"},
    {"D20", "parsing is 8.5 of 9.0 us, so the buffer does not matter", CLAIM_RATIO, SCRATCH("4g"),
     SCRATCH("reuse"), 0.9, 1.1, "4 GiB asked for and given back for each item"},
    {"D21", "an index of rules gains 1.6 to 1.8 times", CLAIM_OUTSIDE, .detail = "nothing is looked up here"},
    {"D22", "parallel construction gains 1.5 to 2 times", CLAIM_RATIO, CORES("partition", 100000),
     CORES("sequential", 100000), 1 / 2.0, 1 / 1.5, NULL},
};

const size_t claim_count = sizeof claims / sizeof claims[0];
