/* trial.c - see trial.h. */
#include "harness/worker/trial.h"

#include "harness/perturb/runtime.h"
#include "harness/worker/bind.h"
#include "harness/worker/clock.h"
#include "harness/worker/control.h"
#include "harness/worker/flight.h"
#include "harness/worker/memory.h"
#include "harness/worker/options.h"
#include "harness/worker/plugin.h"
#include "harness/worker/preempt.h"
#include "harness/worker/sampling.h"
#include "harness/worker/verdict.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Only the worker of VARIANT=perturb has them. */
#pragma weak perturb_arm
#pragma weak perturb_number_thread

struct trial {
    const struct trial_args *args;
    struct trial_page *page;
    struct allocator_variant variant;
    struct binding binding;
    struct flight_stacks stacks;
    const struct strategy *strategy;
    int64_t options[STRATEGY_OPTIONS_MAX];
    struct workload *workload;
    struct sampling_room *room;
    struct alone_times *alone; /* NULL but with --alone */
    struct preempt *preempt;   /* mapped; NULL: nobody is preempted */
    atomic_uint astray;        /* 1 + a worker that could not be pinned or given its signal stack; 0: none */
};

static bool refuse(struct trial *trial, const struct error *error)
{
    return verdict_give(trial->page, PAGE_VERDICT_REFUSED, "%s", error->text);
}

static void stage(struct trial *trial, enum page_stage stage)
{
    trial->page->stage = (uint32_t)stage;
}

static bool prove_allocator(struct trial *trial)
{
    struct trial_page *page = trial->page;
    struct allocator_proof proof;
    char reason[sizeof page->reason];
    stage(trial, STAGE_PROVE);
    if (!allocator_parse(trial->args->allocator, &trial->variant, reason, sizeof reason) ||
        !allocator_locate(&trial->variant, reason, sizeof reason))
        return verdict_give(page, PAGE_VERDICT_REFUSED, "%s", reason);
    bool proven = allocator_prove(&trial->variant, &proof, reason, sizeof reason);
    snprintf(page->allocator_object, sizeof page->allocator_object, "%s", proof.object);
    snprintf(page->allocator_version, sizeof page->allocator_version, "%s", proof.version);
    return proven || verdict_give(page, PAGE_VERDICT_REFUSED, "%s", reason);
}

static bool find_strategy(struct trial *trial)
{
    struct error error;
    const char *spec = trial->args->strategy;
    if (!plugin_find(spec, &trial->strategy, &error) ||
        !options_read(trial->strategy, spec, trial->options, &error))
        return refuse(trial, &error);
    if (trial->args->interned && (trial->strategy->claims & STRATEGY_PLAIN) != 0)
        return verdict_give(trial->page, PAGE_VERDICT_REFUSED,
                            "strategy '%s' has no symbol table: it needs symbols=inline",
                            trial->strategy->name);
    uint32_t claims = trial->strategy->claims;
    trial->page->control = (claims & (STRATEGY_CONTROL | STRATEGY_YARDSTICK)) != 0;
    if (trial->args->alone && (claims & STRATEGY_PARALLEL) != 0 && (claims & STRATEGY_APART) == 0)
        return verdict_give(trial->page, PAGE_VERDICT_REFUSED,
                            "the workers of strategy '%s' wait for each other: its parts cannot be run alone",
                            trial->strategy->name);
    return true;
}

/* Every worker, the main thread first, comes here before it does anything else. Allocates nothing. */
static void worker_started(void *harness, unsigned worker)
{
    struct trial *trial = harness;
    if (worker >= trial->page->thread_count)
        return;
    /* Atomic, because a strategy may start its threads anew while the main thread reads. */
    __atomic_store_n(&trial->page->threads[worker].tid, (uint32_t)gettid(), __ATOMIC_RELAXED);
    if (perturb_number_thread != NULL)
        perturb_number_thread(worker);
    bool preempted = trial->preempt == NULL || preempt_start_thread(trial->preempt, worker);
    if (!flight_use_stack(&trial->stacks, worker) || !bind_pin(&trial->binding, worker) || !preempted)
        atomic_store(&trial->astray, worker + 1);
}

static bool all_pinned(struct trial *trial)
{
    unsigned astray = atomic_load(&trial->astray);
    return astray == 0 || verdict_give(trial->page, PAGE_VERDICT_REFUSED,
                                       "worker %u could not be pinned to processor %u, or given its timer",
                                       astray - 1, bind_cpu(&trial->binding, astray - 1));
}

/* Before the workload is made, so that its memory lies near worker 0. */
static bool bind_workers(struct trial *trial)
{
    struct trial_page *page = trial->page;
    struct error error;
    unsigned workers = (unsigned)trial->args->threads;
    if (!bind_place_here(trial->args->bind, workers, &trial->binding, &error) ||
        !flight_stacks_map(&trial->stacks, workers, &error))
        return refuse(trial, &error);
    page->thread_count = workers;
    page->oversubscribed = trial->binding.oversubscribed;
    page->cpu_count = trial->binding.count < PAGE_CPUS_MAX ? trial->binding.count : PAGE_CPUS_MAX;
    memcpy(page->cpus, trial->binding.cpus, page->cpu_count * sizeof page->cpus[0]);
    worker_started(trial, 0);
    return all_pinned(trial);
}

static bool make_workload(struct trial *trial)
{
    const struct trial_args *args = trial->args;
    const struct workload_need need = {.batch = args->batch,
                                       .interned = args->interned,
                                       .encoded = args->encoded,
                                       .replay = args->replay,
                                       .seed = args->seed};
    struct error error;
    struct workload_info info;
    stage(trial, STAGE_WORKLOAD);
    if (!workload_open(args->workload, &need, &trial->workload, &error))
        return refuse(trial, &error);
    workload_describe(trial->workload, &info);
    trial->page->universe_items = info.items;
    trial->page->universe_digest = info.digest;
    trial->page->slices = info.slices;
    return true;
}

static void *map(size_t bytes, int flags)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static bool make_room(struct trial *trial)
{
    trial->room = map(sizeof *trial->room, MAP_POPULATE);
    if (trial->args->alone)
        trial->alone = map(sizeof *trial->alone, 0);
    return (trial->room != NULL && (trial->alone != NULL || !trial->args->alone)) ||
           verdict_give(trial->page, PAGE_VERDICT_OOM, "no memory for the harness's own buffers");
}

/* After the binding, whose cores set the period; main is started when all is ready, just before sampling. */
static bool prepare_search(struct trial *trial)
{
    const struct trial_args *args = trial->args;
    struct error error;
    if (args->perturb_one_in != 0 && (perturb_arm == NULL || !args->search))
        return verdict_give(trial->page, PAGE_VERDICT_REFUSED,
                            "perturbation needs --search, and the worker that `make perturb` builds");
    if (args->preempt_us == 0)
        return true;
    if (!args->search)
        return verdict_give(trial->page, PAGE_VERDICT_REFUSED, "preemption needs --search");
    /* Stays mapped to the end: a late signal still writes there. */
    struct preempt *preempt = map(sizeof *preempt, 0);
    if (preempt == NULL)
        return verdict_give(trial->page, PAGE_VERDICT_OOM, "no memory for the harness's own buffers");
    if (!preempt_open(preempt, args->preempt_us, (unsigned)args->threads, trial->binding.count, &error))
        return refuse(trial, &error);
    trial->preempt = preempt;
    return true;
}

/* 0 where there is nothing to compare, or no thread to be had for it. */
static double control(struct trial *trial)
{
    unsigned threads = control_threads(&trial->binding, (unsigned)trial->args->threads);
    double speedup = 0;
    stage(trial, STAGE_CONTROL);
    trial->page->control_threads = threads;
    return threads > 1 && control_spin(&trial->binding, threads, &speedup) ? speedup : 0;
}

static bool sample(struct trial *trial, void *state)
{
    struct sampler sampler = {.strategy = trial->strategy,
                              .state = state,
                              .workload = trial->workload,
                              .variant = &trial->variant,
                              .page = trial->page,
                              .alone = trial->alone,
                              .search = trial->args->search,
                              .perturb_seed = trial->args->perturb_seed,
                              .perturb_one_in = (uint32_t)trial->args->perturb_one_in};
    if (trial->preempt != NULL && !preempt_start_thread(trial->preempt, 0))
        atomic_store(&trial->astray, 1);
    bool good = sampler.search ? sampling_search(&sampler, trial->args)
                               : sampling_run(&sampler, trial->args, &trial->binding, trial->room);
    if (trial->preempt != NULL)
        preempt_stop_thread(trial->preempt, 0);
    trial->page->rss_peak_bytes = memory_rss_peak_bytes();
    return all_pinned(trial) && good;
}

static void take_counters(struct trial *trial, void *state)
{
    /* Under its own name, as the progress: page.c holds both to the same layout. */
    struct strategy_counter *counters = (struct strategy_counter *)trial->page->counters;
    if (trial->strategy->count != NULL)
        trial->page->counter_count = (uint32_t)trial->strategy->count(state, counters);
}

/* From open() to close(). */
static bool run_strategy(struct trial *trial)
{
    const struct trial_args *args = trial->args;
    const struct strategy_setup setup = {.workers = (unsigned)args->threads,
                                         .interned = args->interned,
                                         .encoded = args->encoded,
                                         .batch_max = args->batch,
                                         .options = trial->options,
                                         .harness = trial,
                                         .worker_started = worker_started,
                                         .now_ns = clock_now_ns,
                                         .damage = (struct strategy_damage *)&trial->page->damage,
                                         .alone = args->alone ? (struct strategy_alone *)&trial->page->alone
                                                              : NULL};
    void *state = NULL;
    stage(trial, STAGE_OPEN);
    enum strategy_status status = trial->strategy->open(&setup, &state);
    if (status != STRATEGY_OK)
        return verdict_on_call(trial->page, status, "open");
    bool good = sample(trial, state);
    take_counters(trial, state);
    stage(trial, STAGE_CLOSE);
    trial->strategy->close(state);
    if (trial->preempt != NULL)
        preempt_close(trial->preempt);
    return good;
}

/* The controls stand outside open() and close(): a pool that spins would take the processors they look for.
 */
static bool measure(struct trial *trial)
{
    struct trial_page *page = trial->page;
    page->clock_cost_ns = clock_cost_ns();
    page->control_before = control(trial);
    if (!run_strategy(trial))
        return false;
    page->control_after = control(trial);
    return true;
}

static void put_away(struct trial *trial)
{
    if (trial->room != NULL)
        munmap(trial->room, sizeof *trial->room);
    if (trial->alone != NULL)
        munmap(trial->alone, sizeof *trial->alone);
    if (trial->workload != NULL)
        workload_close(trial->workload);
    flight_stacks_unmap(&trial->stacks);
}

void trial_run(const struct trial_args *args, struct trial_page *page)
{
    struct trial trial = {.args = args, .page = page};
    if (prove_allocator(&trial) && find_strategy(&trial) && bind_workers(&trial) && make_workload(&trial) &&
        make_room(&trial) && prepare_search(&trial) && measure(&trial))
        verdict_give(page, PAGE_VERDICT_OK, "%s", "");
    put_away(&trial);
    stage(&trial, STAGE_DONE);
}
