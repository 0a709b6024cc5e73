/*
 * jemalloc.c - jemalloc 5: arenas that threads are spread over, bins with a lock each, a cache a thread.
 *
 * Everything about it can be read back through mallctl(): options under opt.*, counters under stats.*.
 */
#include "allocators/knobs.h"
#include "allocators/process.h"
#include "allocators/registry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* As jemalloc's manual has it: stands for all arenas together, since there are never more than 4095. */
#define ALL_ARENAS 4096u

typedef int mallctl_function(const char *name, void *old, size_t *old_size, void *fresh, size_t fresh_size);

/* How an option is read back. */
enum kind { UNSIGNED, SIGNED_SIZE, SIZE, LOGARITHM, BOOLEAN, WORD };

#define KNOBS(NUMBER, CHOICE)                                                                                \
    NUMBER(narenas, UNSIGNED, 1, 4094, "arenas that threads are spread over (default 4 a processor)")        \
    CHOICE(tcache, BOOLEAN, "true|false", "whether a thread keeps free blocks of its own")                   \
    NUMBER(lg_tcache_max, LOGARITHM, 3, 23, "base-2 logarithm of the largest block that a thread keeps")     \
    CHOICE(percpu_arena, WORD, "disabled|percpu|phycpu", "an arena a processor instead of by thread")        \
    CHOICE(background_thread, BOOLEAN, "true|false", "give memory back from a thread of its own")            \
    NUMBER(dirty_decay_ms, SIGNED_SIZE, -1, 1000000000000, "time until free pages go back (-1: never)")      \
    NUMBER(muzzy_decay_ms, SIGNED_SIZE, -1, 1000000000000,                                                   \
           "time until lazily freed pages go back (-1: never)")                                              \
    NUMBER(lg_extent_max_active_fit, SIZE, 0, 64,                                                            \
           "how much larger a free extent may be to be reused (log2)")                                       \
    CHOICE(retain, BOOLEAN, "true|false", "keep address space instead of unmapping it")                      \
    CHOICE(thp, WORD, "default|always|never", "transparent huge pages for its memory")                       \
    CHOICE(junk, WORD, "true|false|alloc|free", "fill blocks with junk, to find bugs")                       \
    CHOICE(zero, BOOLEAN, "true|false", "zero new blocks")

#define NUMBER_VALID(name, kind, low, high, sentence) KNOB_NUMBER_VALID(name, low, high)
#define CHOICE_VALID(name, kind, words, sentence)     KNOB_WORD_VALID(name, words)
KNOBS(NUMBER_VALID, CHOICE_VALID)

/* jemalloc takes anything between for 0. */
static bool oversize_threshold_valid(const char *value)
{
    return knob_number(value, 0, 0, NULL) || knob_number(value, 16384, INT64_C(1) << 60, NULL);
}

#define NUMBER_ROW(name, kind, low, high, sentence)                                                          \
    {#name, #low ".." #high, sentence, name##_valid, "opt." #name},
#define CHOICE_ROW(name, kind, words, sentence) {#name, words, sentence, name##_valid, "opt." #name},
static const struct allocator_knob knobs[] = {
    KNOBS(NUMBER_ROW, CHOICE_ROW){"oversize_threshold", "0|16384..1152921504606846976",
                                  "bytes from which a block goes to an arena of its own (0: never)",
                                  oversize_threshold_valid, "opt.oversize_threshold"},
};

#define NUMBER_KIND(name, kind, low, high, sentence) kind,
#define CHOICE_KIND(name, kind, words, sentence)     kind,
static const enum kind kinds[] = {KNOBS(NUMBER_KIND, CHOICE_KIND) SIZE};

static mallctl_function *find_mallctl(void)
{
    return (mallctl_function *)process_symbol("mallctl");
}

/* Reads what a name stands for into value[size], which must be of exactly the right size. */
static bool read_value(const char *name, void *value, size_t size)
{
    mallctl_function *mallctl = find_mallctl();
    size_t got = size;
    return mallctl != NULL && mallctl(name, value, &got, NULL, 0) == 0 && got == size;
}

static bool jemalloc_environment(const struct allocator_setting *settings, size_t count,
                                 struct allocator_environment *out, char *reason, size_t size)
{
    /* Without it a bad option is a line on standard error and the default in its place. */
    if (!environment_add(out, reason, size, "MALLOC_CONF=abort_conf:true"))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!environment_extend(out, reason, size, ",%s:%s", settings[i].knob->name, settings[i].value))
            return false;
    return true;
}

static bool jemalloc_version(char *version, size_t size)
{
    const char *text;
    if (!read_value("version", &text, sizeof text))
        return false;
    snprintf(version, size, "%s", text);
    return true;
}

/* jemalloc 5.3 reports the bytes (opt.tcache_max), 5.2 the logarithm. */
static bool read_logarithm(uint64_t *value)
{
    size_t read;
    if (read_value("opt.tcache_max", &read, sizeof read)) {
        bool power = read != 0 && (read & (read - 1)) == 0;
        *value = power ? (uint64_t)__builtin_ctzl(read) : ALLOCATOR_UNKNOWN;
        return true;
    }
    if (!read_value("opt.lg_tcache_max", &read, sizeof read))
        return false;
    *value = read;
    return true;
}

/* An option as it stands, spelt as its knob takes it. */
static bool print_option(const struct allocator_knob *knob, char *text, size_t size)
{
    union {
        unsigned count;
        size_t bytes;
        ssize_t delay;
        bool flag;
        const char *word;
        uint64_t logarithm;
    } value;
    switch (kinds[knob - knobs]) {
    case UNSIGNED:
        return read_value(knob->variable, &value.count, sizeof value.count) &&
               snprintf(text, size, "%u", value.count) > 0;
    case SIZE:
        return read_value(knob->variable, &value.bytes, sizeof value.bytes) &&
               snprintf(text, size, "%zu", value.bytes) > 0;
    case SIGNED_SIZE:
        return read_value(knob->variable, &value.delay, sizeof value.delay) &&
               snprintf(text, size, "%zd", value.delay) > 0;
    case LOGARITHM:
        return read_logarithm(&value.logarithm) && snprintf(text, size, "%" PRIu64, value.logarithm) > 0;
    case BOOLEAN:
        return read_value(knob->variable, &value.flag, sizeof value.flag) &&
               snprintf(text, size, "%s", value.flag ? "true" : "false") > 0;
    case WORD:
        return read_value(knob->variable, &value.word, sizeof value.word) &&
               snprintf(text, size, "%s", value.word) > 0;
    }
    return false;
}

static bool jemalloc_verify(const struct allocator_setting *setting, char *reason, size_t size)
{
    char text[ALLOCATOR_VALUE_BYTES];
    if (!print_option(setting->knob, text, sizeof text))
        return allocator_fail(reason, size, "jemalloc does not report %s", setting->knob->name);
    if (strcmp(text, setting->value) != 0)
        return allocator_fail(reason, size, "jemalloc reports %s for %s, not %s", text, setting->knob->name,
                              setting->value);
    return true;
}

/* Arenas in use and the threads on them. The table is asked by index, so this takes time in proportion to its
 * length. */
static void count_arenas(struct allocator_counters *counters)
{
    unsigned slots, limit;
    if (!read_value("arenas.narenas", &slots, sizeof slots))
        return;
    counters->arenas = 0;
    counters->threads_per_arena_max = 0;
    for (unsigned i = 0; i < slots && i < ALL_ARENAS; i++) {
        char name[64];
        bool initialized;
        snprintf(name, sizeof name, "arena.%u.initialized", i);
        if (!read_value(name, &initialized, sizeof initialized) || !initialized)
            continue;
        counters->arenas++;
        unsigned threads;
        snprintf(name, sizeof name, "stats.arenas.%u.nthreads", i);
        if (read_value(name, &threads, sizeof threads) && threads > counters->threads_per_arena_max)
            counters->threads_per_arena_max = threads;
    }
    if (read_value("opt.narenas", &limit, sizeof limit))
        counters->arenas_limit = limit;
}

/* Adds what one mutex counted over all arenas. */
static bool add_waits(const char *mutex, struct allocator_counters *counters)
{
    char name[96];
    uint64_t waits, wait_ns;
    snprintf(name, sizeof name, "stats.arenas.%u.%s.num_wait", ALL_ARENAS, mutex);
    if (!read_value(name, &waits, sizeof waits))
        return false;
    snprintf(name, sizeof name, "stats.arenas.%u.%s.total_wait_time", ALL_ARENAS, mutex);
    if (!read_value(name, &wait_ns, sizeof wait_ns))
        return false;
    counters->lock_waits += waits;
    counters->lock_wait_ns += wait_ns;
    return true;
}

/* jemalloc sums up the locks over its arenas by itself, so this is the same short work for one arena and for
 * thousands. */
static void count_waits(struct allocator_counters *counters)
{
    static const char *const locks[] = {
        "large",       "extent_avail", "extents_dirty", "extents_muzzy", "extents_retained",
        "decay_dirty", "decay_muzzy",  "base",          "tcache_list"};
    struct allocator_counters sum = {0};
    unsigned bins;
    bool known = read_value("arenas.nbins", &bins, sizeof bins);
    for (unsigned i = 0; known && i < bins; i++) {
        char mutex[48];
        snprintf(mutex, sizeof mutex, "bins.%u.mutex", i);
        known = add_waits(mutex, &sum);
    }
    for (size_t i = 0; known && i < sizeof locks / sizeof locks[0]; i++) {
        char mutex[48];
        snprintf(mutex, sizeof mutex, "mutexes.%s", locks[i]);
        known = add_waits(mutex, &sum);
    }
    if (known) {
        counters->lock_waits = sum.lock_waits;
        counters->lock_wait_ns = sum.lock_wait_ns;
    }
}

static void jemalloc_counters(struct allocator_counters *counters)
{
    mallctl_function *mallctl = find_mallctl();
    uint64_t epoch = 1;
    size_t size = sizeof epoch;
    /* Counters stand still until the epoch moves on. */
    if (mallctl == NULL || mallctl("epoch", &epoch, &size, &epoch, sizeof epoch) != 0)
        return;
    size_t allocated, cached, resident;
    /* What thread caches keep counts as allocated with jemalloc, but is in nobody's hands. */
    if (read_value("stats.allocated", &allocated, sizeof allocated) &&
        read_value("stats.arenas.4096.tcache_bytes", &cached, sizeof cached))
        counters->live_bytes = allocated - (cached < allocated ? cached : allocated);
    if (read_value("stats.resident", &resident, sizeof resident))
        counters->resident_bytes = resident;
    count_arenas(counters);
    count_waits(counters);
}

static const char *const objects[] = {"libjemalloc.so.2", NULL};

const struct allocator allocator_jemalloc = {
    .name = "jemalloc",
    .package = "libjemalloc2",
    .sentence = "jemalloc 5: arenas that threads are spread over, a cache a thread",
    .objects = objects,
    .knobs = knobs,
    .knob_count = sizeof knobs / sizeof knobs[0],
    .arena_limit_knob = "narenas",
    .environment = jemalloc_environment,
    .version = jemalloc_version,
    .verify = jemalloc_verify,
    .counters = jemalloc_counters,
};
