/*
 * seize.h - holds every thread of a process still, by ptrace(2), for as long as someone looks at it.
 *
 * Nothing here waits without end: a thread that does not stop, because the kernel holds it (in a vfork, on a
 * dead disk), is let go as soon as it can be, and until then nobody depends on it.
 */
#ifndef HARNESS_DRIVER_TRIAL_SEIZE_H
#define HARNESS_DRIVER_TRIAL_SEIZE_H

#include "harness/common/trial_page.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { SEIZED_MAX = PAGE_THREADS_MAX };

struct seized_thread {
    pid_t tid;
    bool stopped;
    int signal; /* that was about to be delivered when it stopped; it gets it when it goes on */
};

/* All zero holds nothing. */
struct seizure {
    pid_t pid;
    unsigned alive; /* threads that there were, also those that could not be held */
    unsigned count;
    struct seized_thread threads[SEIZED_MAX];
};

/* The registers of one thread, by their numbers in DWARF, and where it stands. */
struct registers {
    uint64_t by_number[PAGE_REGISTERS];
    uint64_t pc;
};

/*
 * Stops all threads of pid, a child of the caller, and waits at most patience_ms for it. Returns whether any
 * is held; seizure_release() then has to follow, from the same thread. The end of the process itself is not
 * taken from who waits for it.
 */
bool seize(struct seizure *seizure, pid_t pid, unsigned patience_ms);

/*
 * Lets everything go on that is held. What can not be let go yet stays in *seizure (count > 0): call again
 * until the process has ended, as its end is not told before each held thread has been let go.
 */
void seizure_release(struct seizure *seizure);

/* The registers of a thread that stopped. False if it is gone, or the machine is none that we know. */
bool seized_registers(const struct seized_thread *thread, struct registers *registers);

#endif
