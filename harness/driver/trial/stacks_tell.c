/* stacks_tell.c - stacks in the record's words: JSON and kinds of memory. */
#include "harness/driver/json_build.h"
#include "harness/driver/trial/stacks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_NEAR_BYTES = 1 << 16 };

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
    /* Permissions, offset, device, inode, and perhaps a name, which nothing that was just mapped has. */
    size_t length = strcspn(line, "\n");
    while (length > 0 && line[length - 1] == ' ')
        length--;
    bool nameless = length >= 2 && strncmp(line + length - 2, " 0", 2) == 0;
    bool brk = length >= 6 && strncmp(line + length - 6, "[heap]", 6) == 0;
    mapping->heap = brk || (mapping->writable && nameless);
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
