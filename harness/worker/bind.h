/*
 * bind.h - which worker runs on which processor.
 *
 * hwloc chooses the processors, among those that the process may use (the container's cpuset). The pinning
 * itself is the bare system call: hwloc would allocate on the thread that is pinned, and an allocator under
 * test ties threads to its arenas by their first allocation.
 */
#ifndef HARNESS_WORKER_BIND_H
#define HARNESS_WORKER_BIND_H

#include "harness/common/error.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

enum { BIND_CPUS_MAX = 1024 }; /* processors are numbered below this; CPU_SETSIZE */

/* Worker i belongs on cpus[i % count]. */
struct binding {
    bool pinned;                  /* false for `none`: cpus[] are then those that the workers may use */
    unsigned count;               /* distinct processors, at least 1 */
    bool oversubscribed;          /* more workers than processors */
    uint32_t cpus[BIND_CPUS_MAX]; /* as the system numbers them */
};

/*
 * Places workers by a policy:
 *   core     one a core, in the machine's order; compact  fill a core, then the next; scatter  as far apart
 * as can be; none     anywhere; a list in taskset's notation, "0-3,8-16:2": these, in this order. allowed
 * holds the processors that may be used; topology is restricted to them, so it serves one call only. It may
 * be NULL for `none` and lists. Errors: false with a sentence: no such policy, bad list, a processor that is
 * not allowed or stands twice.
 */
bool bind_place(const char *policy, unsigned workers, hwloc_topology_t topology, hwloc_const_cpuset_t allowed,
                struct binding *binding, struct error *error);

/* As bind_place(), on this machine, with the processors that the calling process may use. */
bool bind_place_here(const char *policy, unsigned workers, struct binding *binding, struct error *error);

static inline uint32_t bind_cpu(const struct binding *binding, unsigned worker)
{
    return binding->cpus[worker % binding->count];
}

/*
 * Pins the calling thread to the place of a worker; nothing to do for `none`. Allocates nothing.
 * Errors: false, with errno set.
 */
bool bind_pin(const struct binding *binding, unsigned worker);

#endif
