/* exhaustion.c - see exhaustion.h. */
#include "harness/driver/arenas/exhaustion.h"

#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COMMON  " --batch 1000 --workload facts --timeout 30 --budget 10 --rounds 5 --expect-crash --quiet"
#define ONCE    " --samples 1" COMMON
#define WORKERS " --threads 18" ONCE

const struct exhaustion exhaustions[EXHAUSTIONS] = {
    {.experiment = {"arenas", "--strategy exhaust:what=arenas" WORKERS},
     .sentence = "arenas asked for until they are refused, then 18 workers allocate",
     .jemalloc_only = true},
    {.experiment = {"space", "--strategy exhaust:what=space" WORKERS},
     .sentence = "1 MiB of address space left, then 18 workers allocate"},
    {.experiment = {"mappings", "--strategy exhaust:what=mappings" WORKERS},
     .sentence = "no mapping left (vm.max_map_count), then 18 workers allocate"},
    {.experiment = {"threads", "--strategy exhaust:what=threads" WORKERS},
     .sentence = "threads started until they are refused, then 18 workers allocate"},
    {.experiment = {"thread-local-52m",
                    "--strategy thread-local --threads 32 --memory-limit 52M --stack-size 128K" ONCE},
     .sentence = "thread-local, sound, 32 workers in 52 MiB of address space"},
    {.experiment = {"thread-local-64m",
                    "--strategy thread-local --threads 64 --memory-limit 64M --stack-size 128K" ONCE},
     .sentence = "thread-local, sound, 64 workers in 64 MiB of address space"},
    {.experiment = {"the-study", "--strategy thread-local:permits=leaky --threads 18 --perturb 1" COMMON},
     .sentence = "the study's crash: thread-local:permits=leaky, 18 workers, all the memory there is"},
};

bool exhaustion_allocators(const struct exhaustion *what, const struct text_list *allocators, char *line,
                           size_t size, struct error *error)
{
    struct text_list names = {0};
    bool good = true;
    size_t used = 0;
    line[0] = '\0';
    for (size_t i = 0; good && i < allocators->count; i++) {
        const char *spec = allocators->items[i];
        char name[CELL_TEXT_BYTES];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(spec, ":"), spec);
        if (text_list_has(&names, name) || (what->jemalloc_only && strcmp(name, "jemalloc") != 0))
            continue;
        good = text_list_add(&names, name, error);
        used += (size_t)snprintf(line + used, size - used, "%s%s", used > 0 ? "," : "--alloc ", name);
        if (used >= size)
            good = error_set(error, "--alloc: too long");
    }
    text_list_free(&names);
    return good;
}

/* The figures of one allocator. */
struct endings {
    uint64_t outcomes[OUTCOME_COUNT], signature_count;
    const char *signature, *where; /* of the most frequent; in the results */
    int line;
    const json_t *counters; /* of the last ok trial */
};

static const char *signature_of(const struct result_row *row)
{
    return json_string_value(json_object_get(json_object_get(row->json, "crash"), "signature"));
}

/* Where the first frame that has a file stands. */
static void note_place(struct endings *endings, const struct result_row *row)
{
    const json_t *frames = json_object_get(json_object_get(row->json, "crash"), "frames");
    for (size_t i = 0; i < json_array_size(frames); i++) {
        const json_t *frame = json_array_get(frames, i);
        const char *file = json_string_value(json_object_get(frame, "file"));
        if (file == NULL)
            continue;
        endings->where = file;
        endings->line = (int)json_integer_value(json_object_get(frame, "line"));
        return;
    }
}

/* The signature that most of the allocator's trials have. */
static void note_signature(struct endings *endings, const struct results *results, const char *allocator)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        const char *signature = signature_of(row);
        uint64_t count = 0;
        if (signature == NULL || strcmp(row->allocator, allocator) != 0)
            continue;
        for (size_t j = 0; j < results->row_count; j++) {
            const char *other = signature_of(&results->rows[j]);
            count += other != NULL && strcmp(results->rows[j].allocator, allocator) == 0 &&
                     strcmp(other, signature) == 0;
        }
        if (count > endings->signature_count) {
            endings->signature = signature;
            endings->signature_count = count;
            note_place(endings, row);
        }
    }
}

static void print_counters(const json_t *counters, FILE *out)
{
    static const char *const told[][2] = {{"reached", "reached"},
                                          {"errno", "errno"},
                                          {"workers_refused", "workers refused"},
                                          {"refused_after_free", "refused after freeing all"}};
    const char *before = "; ";
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const json_t *value = json_object_get(counters, told[i][0]);
        if (!json_is_integer(value))
            continue;
        fprintf(out, "%s%s %" JSON_INTEGER_FORMAT, before, told[i][1], json_integer_value(value));
        before = ", ";
    }
}

static void print_endings(const char *allocator, const struct endings *endings, FILE *out)
{
    char text[OUTCOMES_TEXT_BYTES];
    fprintf(out, "    %-9s %s", allocator, outcomes_text(endings->outcomes, text));
    if (endings->signature != NULL)
        fprintf(out, "; %" PRIu64 " of them %s", endings->signature_count, endings->signature);
    if (endings->where != NULL)
        fprintf(out, " (%s:%d)", endings->where, endings->line);
    print_counters(endings->counters, out);
    fputc('\n', out);
}

static struct endings endings_of(const struct results *results, const char *allocator)
{
    struct endings endings = {.line = 0};
    for (size_t i = 0; i < results->row_count; i++) {
        const struct result_row *row = &results->rows[i];
        if (strcmp(row->allocator, allocator) != 0)
            continue;
        endings.outcomes[row->outcome]++;
        if (row->outcome == OUTCOME_OK)
            endings.counters = json_object_get(row->json, "counters");
    }
    note_signature(&endings, results, allocator);
    return endings;
}

/* The name that comes next after another in the alphabet; NULL after the last. */
static const char *next_allocator(const struct results *results, const char *after)
{
    const char *next = NULL;
    for (size_t i = 0; i < results->row_count; i++) {
        const char *name = results->rows[i].allocator;
        if (strcmp(name, after) > 0 && (next == NULL || strcmp(name, next) < 0))
            next = name;
    }
    return next;
}

void exhaustion_print(const struct exhaustion *what, const struct results *results, FILE *out)
{
    fprintf(out, "\n  %s\n", what->sentence);
    for (const char *name = ""; (name = next_allocator(results, name)) != NULL;) {
        struct endings endings = endings_of(results, name);
        print_endings(name, &endings, out);
    }
}

void exhaustion_print_end(FILE *out)
{
    fputs("\nArenas that run out are refused by an error number, and nothing crashes. What can crash an "
          "allocator "
          "is that\naddress space or mappings run out, and then inside the allocator; the study's crash is a "
          "read through NULL in\nthe symbol table, with memory to spare, under every allocator.\n",
          out);
}
