/*
 * exhaust.c - the control of exhaustion: uses up something that an allocator lives on, then lets every worker
 * allocate, and counts who is refused. What crashes instead is the allocator's own doing.
 */
#include "strategies/control.h"
#include "strategies/pool.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OPTION_WHAT, OPTION_POOL };
enum what { WHAT_SPACE, WHAT_MAPPINGS, WHAT_THREADS, WHAT_ARENAS };

enum {
    BLOCKS = 4096, /* that a worker asks for until it is refused */
    BLOCK_BYTES = 2048,
    SMALL = 1000, /* that it asks for after it has given all back */
    SMALL_BYTES = 64,
    ARENAS_MAX = 1 << 13,
    MAPPINGS_MAX = 1 << 22,
    THREADS_MAX = 1 << 12,
};
#define SPACE_LEFT_BYTES   (UINT64_C(1) << 20)
#define THREADS_LEFT_BYTES (UINT64_C(64) << 20)

/* A worker's own cache lines. */
struct part {
    _Alignas(64) uint64_t refused, refused_after;
    void *blocks[BLOCKS];
};

struct exhaust {
    const struct strategy_setup *setup;
    struct pool *pool;
    bool done;            /* once a trial: what comes later would find an allocator that is hardened to it */
    uint64_t reached;     /* how many were had before the refusal */
    uint64_t cause;       /* its errno; 0: none */
    pthread_mutex_t gate; /* the threads of WHAT_THREADS wait here */
    struct part parts[];
};

static void exhaust_close(void *state)
{
    struct exhaust *own = state;
    pool_close(own->pool);
    free(own);
}

static enum strategy_status exhaust_open(const struct strategy_setup *setup, void **state)
{
    size_t bytes = sizeof(struct exhaust) + setup->workers * sizeof(struct part);
    struct exhaust *made = aligned_alloc(_Alignof(struct exhaust), bytes);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    *made = (struct exhaust){.setup = setup, .gate = PTHREAD_MUTEX_INITIALIZER};
    for (unsigned i = 0; i < setup->workers; i++)
        made->parts[i].refused = made->parts[i].refused_after = 0;
    enum strategy_status status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        free(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

static enum strategy_status exhaust_create(void *state, void **space)
{
    (void)state;
    *space = NULL;
    return STRATEGY_OK;
}

static void allocate_until_refused(struct part *part)
{
    size_t had = 0;
    while (had < BLOCKS && (part->blocks[had] = malloc(BLOCK_BYTES)) != NULL) {
        *(volatile char *)part->blocks[had] = 1;
        had++;
    }
    part->refused += had < BLOCKS;
    while (had > 0)
        free(part->blocks[--had]);
    for (size_t i = 0; i < SMALL; i++) {
        part->blocks[i] = malloc(SMALL_BYTES);
        part->refused_after += part->blocks[i] == NULL;
    }
    for (size_t i = 0; i < SMALL; i++)
        free(part->blocks[i]);
}

static enum strategy_status exhaust_part(void *context, unsigned worker)
{
    struct exhaust *own = context;
    allocate_until_refused(&own->parts[worker]);
    return STRATEGY_OK;
}

static void note_refusal(struct exhaust *own, uint64_t reached, int cause)
{
    own->reached = reached;
    own->cause = (uint64_t)cause;
}

static enum strategy_status everyone_allocates(struct exhaust *own, struct strategy_run *run)
{
    return pool_run(own->pool, run, PHASE_BUILD, exhaust_part, own);
}

/* Bytes of address space in use; 0 if that cannot be told. */
static uint64_t space_bytes_now(void)
{
    char text[32] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    unsigned long pages = fgets(text, sizeof text, file) != NULL ? strtoul(text, NULL, 10) : 0;
    fclose(file);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Leaves so many bytes of address space beyond what is in use; *before is what to give back. */
static bool space_limit(uint64_t left_bytes, struct rlimit *before)
{
    uint64_t used = space_bytes_now();
    if (used == 0 || getrlimit(RLIMIT_AS, before) != 0)
        return false;
    struct rlimit limit = {.rlim_cur = used + left_bytes, .rlim_max = before->rlim_max};
    return setrlimit(RLIMIT_AS, &limit) == 0;
}

static enum strategy_status with_little_space(struct exhaust *own, struct strategy_run *run)
{
    struct rlimit before;
    if (!space_limit(SPACE_LEFT_BYTES, &before))
        return STRATEGY_UNSUPPORTED;
    note_refusal(own, SPACE_LEFT_BYTES, ENOMEM);
    enum strategy_status status = everyone_allocates(own, run);
    (void)setrlimit(RLIMIT_AS, &before);
    return status;
}

/* Every second page of one reservation is made readable, so that each is a mapping of its own. */
static enum strategy_status with_no_mapping_left(struct exhaust *own, struct strategy_run *run)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (size_t)MAPPINGS_MAX * page;
    char *reserved = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED)
        return STRATEGY_UNSUPPORTED;
    size_t made = 1;
    while (made < MAPPINGS_MAX && mprotect(reserved + made * page, page, PROT_READ) == 0)
        made += 2;
    note_refusal(own, made, made < MAPPINGS_MAX ? errno : 0);
    enum strategy_status status = everyone_allocates(own, run);
    (void)munmap(reserved, bytes);
    return status;
}

static void *wait_at_the_gate(void *context)
{
    pthread_mutex_t *gate = context;
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

static enum strategy_status with_no_thread_left(struct exhaust *own, struct strategy_run *run)
{
    struct rlimit before;
    pthread_t *threads = malloc(THREADS_MAX * sizeof *threads);
    if (threads == NULL)
        return STRATEGY_NO_MEMORY;
    if (!space_limit(THREADS_LEFT_BYTES, &before)) {
        free(threads);
        return STRATEGY_UNSUPPORTED;
    }
    pthread_mutex_lock(&own->gate);
    size_t made = 0;
    int error = 0;
    while (made < THREADS_MAX &&
           (error = pthread_create(&threads[made], NULL, wait_at_the_gate, &own->gate)) == 0)
        made++;
    note_refusal(own, made, error);
    enum strategy_status status = everyone_allocates(own, run);
    pthread_mutex_unlock(&own->gate);
    for (size_t i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    (void)setrlimit(RLIMIT_AS, &before);
    free(threads);
    return status;
}

/* jemalloc alone lets arenas be asked for; the others have no such call. They stay until the end of the
 * process. */
static enum strategy_status with_no_arena_left(struct exhaust *own, struct strategy_run *run)
{
    int (*control)(const char *, void *, size_t *, void *, size_t) = NULL;
    *(void **)&control = dlsym(RTLD_DEFAULT, "mallctl");
    if (control == NULL)
        return STRATEGY_UNSUPPORTED;
    int error = 0;
    uint64_t made = 0;
    while (made < ARENAS_MAX) {
        unsigned arena = 0;
        size_t bytes = sizeof arena;
        if ((error = control("arenas.create", &arena, &bytes, NULL, 0)) != 0)
            break;
        made++;
    }
    note_refusal(own, made, error);
    return everyone_allocates(own, run);
}

static enum strategy_status exhaust_insert(void *state, void *space, const struct batch *batch,
                                           struct strategy_run *run)
{
    (void)space;
    (void)batch;
    struct exhaust *own = state;
    enum strategy_status status = STRATEGY_UNSUPPORTED;
    if (own->done)
        return STRATEGY_OK;
    own->done = true;
    switch ((enum what)own->setup->options[OPTION_WHAT]) {
    case WHAT_SPACE:
        status = with_little_space(own, run);
        break;
    case WHAT_MAPPINGS:
        status = with_no_mapping_left(own, run);
        break;
    case WHAT_THREADS:
        status = with_no_thread_left(own, run);
        break;
    case WHAT_ARENAS:
        status = with_no_arena_left(own, run);
        break;
    }
    phase_enter(run, own->setup, PHASE_NONE);
    return status;
}

static size_t exhaust_count(void *state, struct strategy_counter *counters)
{
    const struct exhaust *own = state;
    uint64_t refused = 0, refused_after = 0;
    for (unsigned i = 0; i < own->setup->workers; i++) {
        refused += own->parts[i].refused;
        refused_after += own->parts[i].refused_after;
    }
    size_t count = 0;
    counters[count++] = (struct strategy_counter){"reached", own->reached};
    counters[count++] = (struct strategy_counter){"errno", own->cause};
    counters[count++] = (struct strategy_counter){"workers_refused", refused};
    counters[count++] = (struct strategy_counter){"refused_after_free", refused_after};
    return count;
}

static const char *const what_names[] = {"space", "mappings", "threads", "arenas", NULL};

static const struct strategy_option exhaust_options[] = {
    [OPTION_WHAT] = {.name = "what",
                     .choices = what_names,
                     .preset = WHAT_SPACE,
                     .sentence =
                         "what is used up before the workers allocate: address space, mappings, threads, "
                         "or (jemalloc only) arenas"},
    [OPTION_POOL] = POOL_OPTION,
};

const char strategy_exhaust_hypothesis[] =
    "An allocator that is out of what it lives on refuses with NULL and does not crash; if it crashes, "
    "the exhaustion of arenas can be what a crash of insertion comes from.";

const struct strategy strategy_exhaust = {
    .abi = STRATEGY_ABI,
    .claims = STRATEGY_CONTROL | STRATEGY_PARALLEL,
    .name = "exhaust",
    .idea = "control: what an allocator does when what it lives on is used up",
    .source = "the earlier study's guess at its crash",
    .options = exhaust_options,
    .option_count = sizeof exhaust_options / sizeof exhaust_options[0],
    .open = exhaust_open,
    .close = exhaust_close,
    .create = exhaust_create,
    .insert = exhaust_insert,
    .walk = control_walk,
    .destroy = control_destroy,
    .count = exhaust_count,
};
