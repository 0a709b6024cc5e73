/*
 * control.h - the spinning control: whether the processors that a parallel trial runs on are really there.
 *
 * A virtual machine, a quota or a neighbour can take them away without a word; then a strategy seems not to
 * scale that scales well. So the same arithmetic is spun on one thread, then on all at once, on the same
 * places.
 */
#ifndef HARNESS_WORKER_CONTROL_H
#define HARNESS_WORKER_CONTROL_H

#include "harness/worker/bind.h"

#include <stdbool.h>

/* How many threads the control has for so many workers: one a processor, at most one a worker. */
unsigned control_threads(const struct binding *binding, unsigned workers);

/*
 * *speedup: work done by `threads` threads together in the time that one takes, as a multiple of its work;
 * `threads` at best. Takes about 2 ms. Its own threads are gone when it returns; they allocate nothing, but
 * starting a thread makes the C library allocate a little on the calling one. Errors: false, with a sentence:
 * no thread, or it could not be pinned.
 */
bool control_spin(const struct binding *binding, unsigned threads, double *speedup);

#endif
