/*
 * stacks.h - the stacks of all threads of a worker, taken from outside while it still stands.
 *
 * elfutils' libdw attaches to one thread after the other, walks its stack by the unwind tables of each
 * object, and names function, file and line. Nothing of it runs in the worker.
 */
#ifndef HARNESS_DRIVER_STACKS_H
#define HARNESS_DRIVER_STACKS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { STACKS_THREADS_MAX = 64, STACKS_FRAMES_MAX = 48, FRAME_TEXT_BYTES = 192 };

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
    unsigned frame_count;
    struct frame frames[STACKS_FRAMES_MAX]; /* innermost first */
};

struct stacks {
    unsigned threads_alive; /* also those beyond what is kept */
    unsigned stack_count;
    struct thread_stack stacks[STACKS_THREADS_MAX];
    char *maps; /* /proc/PID/maps as it was; owned */
};

/*
 * Takes the stacks of process pid. The frames of a signal handler are left out of thread crash_tid (0: none):
 * its stack begins at crash_ip, if that is found on it. NULL if there is no memory or the process cannot be
 * attached to; as many stacks as could be had otherwise. The caller frees it.
 */
struct stacks *stacks_take(pid_t pid, uint32_t crash_tid, uint64_t crash_ip);

void stacks_free(struct stacks *stacks);

/* The stack of a thread, or NULL. */
const struct thread_stack *stacks_of(const struct stacks *stacks, uint32_t tid);

/* [{function, file, line, object, offset}], innermost first; NULL if there is no memory. */
json_t *stack_json(const struct thread_stack *stack);

/*
 * What groups crashes of the same cause: the functions of the top frames, without addresses, compiler's
 * suffixes, or the insides of the allocator (one "(allocator)" stands for those), "a<b<c". object is the
 * allocator's file.
 */
void stack_signature(const struct thread_stack *stack, const char *object, char *text, size_t size);

/*
 * What kind of memory an address is, by the text of /proc/PID/maps: "stack-guard" (none that may be written,
 * close to the stack pointer), "heap", "mapped-no-access" or "unmapped". Static.
 */
const char *maps_class(const char *maps, uint64_t address, uint64_t stack_pointer);

#endif
