/* processes.h - who else is running: processor time of every process, between two looks. */
#ifndef HARNESS_DRIVER_DOCTOR_PROCESSES_H
#define HARNESS_DRIVER_DOCTOR_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROCESS_NAME_BYTES = 16, PROCESSES_MAX = 16384 };

struct process {
    uint64_t pid;
    uint64_t ticks; /* processor time since it started */
    char name[PROCESS_NAME_BYTES];
};

/* All zero bytes are the empty list. */
struct process_list {
    struct process *items;
    size_t count, room;
    bool damon; /* a kernel thread that samples memory accesses is among them */
};

/*
 * Looks at every process below root ("" for the running machine), up to PROCESSES_MAX of them. The caller
 * owns *list (process_list_free()), which must be empty. Errors: false if there is no /proc, or no memory.
 */
bool process_list_read(const char *root, struct process_list *list);

void process_list_free(struct process_list *list);

/*
 * Of the processes in both lists, except self, the one that took most time in between; *all_ticks is the sum
 * over all of them. NULL if none took any. The result lies in after.
 */
const struct process *process_busiest(const struct process_list *before, const struct process_list *after,
                                      uint64_t self, uint64_t *ticks, uint64_t *all_ticks);

#endif
