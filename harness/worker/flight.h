/*
 * flight.h - the flight recorder: when the worker dies of a signal, what it knew is in the page before it is
 * gone.
 *
 * Everything in the handler is async-signal-safe: no allocation, no lock, no stdio. The first thread that
 * crashes is recorded; then the process ends by that very signal, so that the parent sees a true status.
 */
#ifndef HARNESS_WORKER_FLIGHT_H
#define HARNESS_WORKER_FLIGHT_H

#include "harness/common/error.h"
#include "harness/common/trial_page.h"

#include <stdbool.h>
#include <stddef.h>

/* The signal stacks of the workers, mapped beforehand: a handler on an overflown stack needs one of its own.
 */
struct flight_stacks {
    char *bytes; /* count times size; NULL if there are none */
    size_t size;
    unsigned count;
};

/* Maps stacks for count threads. Errors: false, with a sentence. */
bool flight_stacks_map(struct flight_stacks *stacks, unsigned count, struct error *error);

/* No thread may run on one of them any more, but for the calling one, which gets its ordinary stack back. */
void flight_stacks_unmap(struct flight_stacks *stacks);

/* Gives the calling thread signal stack number worker. Allocates nothing. Errors: false, with errno set. */
bool flight_use_stack(const struct flight_stacks *stacks, unsigned worker);

/*
 * From now on SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS and SIGTRAP are recorded in the page
 * (crash_*), which must stay mapped for as long as the process lives. If the page says that a witness comes,
 * a byte written to fd (-1: none) calls it, and the process stands still until it has looked, 5 s at most.
 * Once a process. Errors: false, with a sentence.
 */
bool flight_record(struct trial_page *page, int fd, struct error *error);

#endif
