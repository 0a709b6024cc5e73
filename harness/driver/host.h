/* host.h - the facts of the machine that a run line records. */
#ifndef HARNESS_DRIVER_HOST_H
#define HARNESS_DRIVER_HOST_H

#include "harness/common/error.h"
#include "harness/driver/cell.h"

#include <stdbool.h>

/*
 * Fills *host. Cores, threads, memory nodes are those that this process may use (a container's share, not the
 * machine's). What a machine does not tell stays empty, 0 or -1, as struct host says. Takes about a
 * millisecond for the clock. Errors: false only where the topology cannot be had at all.
 */
bool host_facts(struct host *host, struct error *error);

#endif
