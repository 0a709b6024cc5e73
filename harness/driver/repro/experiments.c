/* experiments.c - see experiments.h. */
#include "harness/driver/repro/experiments.h"

#define ALL  " --alloc glibc,jemalloc,mimalloc,tcmalloc"
#define FACT " --workload facts"

const struct repro_experiment repro_experiments[REPRO_EXPERIMENTS] = {
    [REPRO_BULK] = {.experiment = {"bulk",
                                   "--alloc jemalloc --workload facts,rules --batch 10,50,100,500,1000 "
                                   "--threads 18 --strategy individual,sequential,two-pass,text,"
                                   "string-parallel,space-parallel,thread-local --rounds 7 --budget 120"},
                    .sentence = "the approaches at the study's sizes, 18 workers, jemalloc",
                    .bound = true},
    [REPRO_CORES] = {.experiment = {"cores", "--alloc jemalloc --batch 100,500,1000,10000,100000 "
                                             "--strategy sequential,sorted,thread-local,partition --rounds 7 "
                                             "--budget 60" FACT},
                     .sentence = "as many workers as cores, and larger batches"},
    [REPRO_RACES] = {.experiment = {"races", "--strategy string-parallel:permits=leaky,"
                                             "space-parallel:permits=leaky,thread-local:permits=leaky "
                                             "--batch 50,100,1000 --threads 2,18 --perturb 1 --until-crash "
                                             "--expect-crash --rounds 1000 --budget 120" ALL FACT},
                     .sentence = "the restated slot race, perturbed, until each cell's first crash"},
    [REPRO_SOUND] = {.experiment = {"sound", "--strategy space-parallel,thread-local --batch 100,1000 "
                                             "--threads 18 --perturb 1 --until-crash --expect-crash "
                                             "--rounds 1000 --budget 60" ALL FACT},
                     .sentence = "the same on a sound symbol table"},
    [REPRO_SCRATCH] = {.experiment = {"scratch", "--alloc jemalloc --strategy text:scratch=reuse,"
                                                 "text:scratch=64k,text:scratch=4g --batch 1000 --rounds 7 "
                                                 "--budget 15" FACT},
                       .sentence = "the text path with one buffer, 64 KiB, and 4 GiB for each item"},
    [REPRO_DISPATCH] = {.experiment = {"dispatch",
                                       "--alloc jemalloc --strategy churn:pool=spawn,churn:pool=park,"
                                       "churn:pool=spin --batch 1 --threads 2,18 --rounds 7 "
                                       "--budget 20" FACT},
                        .sentence = "a job of one allocation: what handing out work costs"},
    [REPRO_ARENAS] = {.experiment = {"arenas",
                                     "--alloc glibc,jemalloc,jemalloc:narenas=1,mimalloc,tcmalloc "
                                     "--strategy churn,thread-local --symbols inline --batch 10000 "
                                     "--threads 18,64,256 --expect-crash --rounds 4 --budget 40" FACT},
                      .sentence = "many threads on few arenas"},
    [REPRO_EXHAUST] = {.experiment = {"exhaustion",
                                      "--alloc jemalloc --strategy exhaust:what=arenas,"
                                      "exhaust:what=space --samples 1 --batch 1000 --threads 18 "
                                      "--expect-crash --rounds 3 --budget 10" FACT},
                       .sentence = "arenas used up, and address space"},
};
