/*
 * stacks.h - the stacks of all threads of a worker, taken from outside while it stands still.
 *
 * elfutils' libdw walks each stack by the unwind tables of the objects, and names function, file and line.
 * Nothing of it runs in the worker.
 */
#ifndef HARNESS_DRIVER_TRIAL_STACKS_H
#define HARNESS_DRIVER_TRIAL_STACKS_H

#include "harness/driver/trial/seize.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STACKS_THREADS_MAX = 64, STACKS_FRAMES_MAX = 64, FRAME_TEXT_BYTES = 192 };

/* One frame; texts are empty where nothing is known. */
struct frame {
    char function[FRAME_TEXT_BYTES];
    char file[FRAME_TEXT_BYTES];
    char object[FRAME_TEXT_BYTES];
    int line;
    uint64_t pc;
    uint64_t offset; /* of pc in the object */
};

struct thread_stack {
    uint32_t tid;
    char name[16]; /* as the kernel knows it */
    unsigned frame_count;
    struct frame frames[STACKS_FRAMES_MAX]; /* innermost first */
};

struct stacks {
    unsigned threads_alive; /* also those beyond what is kept */
    unsigned stack_count;
    struct thread_stack stacks[STACKS_THREADS_MAX];
    char *maps; /* /proc/PID/maps as it was; owned */
};

/* Which thread crashed, and where; its stack begins there, and not in its signal handler. */
struct crash_point {
    uint32_t tid; /* 0: none did */
    struct registers registers;
};

/*
 * Takes the stacks of the threads that are held. A stack that cannot be walked to its end is kept as far as
 * it goes. NULL if there is no memory or libdw can make nothing of the process. The caller frees it.
 */
struct stacks *stacks_take(const struct seizure *seizure, const struct crash_point *crash);

void stacks_free(struct stacks *stacks);

/* The stack of a thread, or NULL. */
const struct thread_stack *stacks_of(const struct stacks *stacks, uint32_t tid);

/* [{function, file, line, object, offset}], innermost first; NULL if there is no memory. */
json_t *stack_json(const struct thread_stack *stack);

/*
 * What groups crashes of the same cause: the functions of the top frames, innermost first, "a<b<c", without
 * addresses and compiler's suffixes. For what lies within the allocator stands one "(allocator)", the same
 * under each, and for the way to abort() nothing. object is the allocator's file.
 */
void stack_signature(const struct thread_stack *stack, const char *object, char *text, size_t size);

/* Of a signature's text (FNV-1a, 64 bits). */
uint64_t signature_hash(const char *text);

/*
 * What kind of memory an address is, by the text of /proc/PID/maps: "stack-guard" (none that may be written,
 * close to the stack pointer), "heap", "mapped-no-access" or "unmapped". Static.
 */
const char *maps_class(const char *maps, uint64_t address, uint64_t stack_pointer);

#endif
