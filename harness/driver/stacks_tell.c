/* stacks_tell.c - stacks in the record's words: JSON, signatures, and kinds of memory. */
#include "harness/driver/json_build.h"
#include "harness/driver/stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNATURE_FRAMES = 3, STACK_NEAR_BYTES = 1 << 16 };

static json_t *frame_json(const struct frame *frame)
{
    struct build build;
    build_begin(&build);
    build_text_known(&build, "function", frame->function);
    build_text_known(&build, "file", frame->file);
    build_count_known(&build, "line", (uint64_t)frame->line);
    build_text_known(&build, "object", frame->object);
    char offset[32];
    (void)snprintf(offset, sizeof offset, "0x%" PRIx64, frame->offset);
    build_text(&build, "offset", offset);
    return build_end(&build);
}

json_t *stack_json(const struct thread_stack *stack)
{
    json_t *array = json_array();
    for (unsigned i = 0; array != NULL && stack != NULL && i < stack->frame_count; i++) {
        if (json_array_append_new(array, frame_json(&stack->frames[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool starts_with_any(const char *text, const char *const *prefixes)
{
    for (; *prefixes != NULL; prefixes++)
        if (strncmp(text, *prefixes, strlen(*prefixes)) == 0)
            return true;
    return false;
}

/* The C library's allocator lies in one object with everything else, so there its functions have to be known.
 */
static bool in_allocator(const struct frame *frame, const char *object)
{
    static const char *const inside[] = {"_int_",          "__libc_malloc",
                                         "__libc_free",    "__GI___libc_",
                                         "malloc",         "free",
                                         "calloc",         "realloc",
                                         "sysmalloc",      "unlink_chunk",
                                         "tcache_",        "__libc_calloc",
                                         "__libc_realloc", NULL};
    if (strcmp(base_name(frame->object), base_name(object)) != 0)
        return false;
    bool libc = strncmp(base_name(object), "libc.so", 7) == 0 || strncmp(base_name(object), "libc-", 5) == 0;
    return !libc || starts_with_any(frame->function, inside);
}

/* What every abort() goes through says nothing of its cause. */
static bool in_abort(const struct frame *frame)
{
    static const char *const inside[] = {"__pthread_kill", "pthread_kill",   "raise",
                                         "__GI_raise",     "gsignal",        "abort",
                                         "__GI_abort",     "__libc_message", NULL};
    return starts_with_any(frame->function, inside);
}

void stack_signature(const struct thread_stack *stack, const char *object, char *text, size_t size)
{
    static const char allocator[] = "(allocator)";
    const char *last = "";
    size_t length = 0;
    text[0] = '\0';
    for (unsigned i = 0, named = 0; stack != NULL && i < stack->frame_count && named < SIGNATURE_FRAMES;
         i++) {
        const struct frame *frame = &stack->frames[i];
        const char *name = in_allocator(frame, object) ? allocator : frame->function;
        if (name[0] == '\0')
            name = frame->object[0] != '\0' ? base_name(frame->object) : "?";
        if (in_abort(frame) || (name == allocator && last == allocator))
            continue;
        /* intern.constprop.0, intern.part.0 */
        size_t bytes = name == frame->function ? strcspn(name, ".") : strlen(name);
        int used = snprintf(text + length, size - length, "%s%.*s", named > 0 ? "<" : "", (int)bytes, name);
        if (used < 0 || (size_t)used >= size - length)
            return;
        length += (size_t)used;
        last = name;
        named++;
    }
}

/* One line of the maps. */
struct mapping {
    uint64_t low, high;
    bool writable, readable, heap;
};

static bool mapping_read(const char *line, struct mapping *mapping)
{
    char *end;
    mapping->low = strtoull(line, &end, 16);
    if (*end != '-')
        return false;
    mapping->high = strtoull(end + 1, &end, 16);
    if (*end != ' ')
        return false;
    mapping->readable = end[1] == 'r';
    mapping->writable = end[1] != '\0' && end[2] == 'w';
    size_t length = strcspn(line, "\n");
    mapping->heap = length >= 6 && strncmp(line + length - 6, "[heap]", 6) == 0;
    return true;
}

const char *maps_class(const char *maps, uint64_t address, uint64_t stack_pointer)
{
    const char *class = "unmapped";
    bool usable = false;
    for (const char *line = maps; line != NULL && *line != '\0';) {
        struct mapping mapping;
        if (mapping_read(line, &mapping) && address >= mapping.low && address < mapping.high) {
            usable = mapping.writable;
            class = mapping.heap ? "heap" : "mapped-no-access";
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    uint64_t distance = address > stack_pointer ? address - stack_pointer : stack_pointer - address;
    return !usable && stack_pointer != 0 && distance < STACK_NEAR_BYTES ? "stack-guard" : class;
}
