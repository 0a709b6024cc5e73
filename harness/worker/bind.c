/* bind.c - see bind.h. */
#include "harness/worker/bind.h"

#include "harness/worker/cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <string.h>

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static bool add(struct binding *binding, unsigned cpu, struct error *error)
{
    if (cpu >= BIND_CPUS_MAX || binding->count >= BIND_CPUS_MAX)
        return error_set(error, "processor %u is above the %d that can be bound to", cpu, BIND_CPUS_MAX);
    binding->cpus[binding->count++] = cpu;
    return true;
}

/* The first processor of every object of a type, in the machine's order, as many as there are workers. */
static bool place_in_order(hwloc_topology_t topology, hwloc_obj_type_t type, unsigned workers,
                           struct binding *binding, struct error *error)
{
    hwloc_obj_t object = NULL;
    while (binding->count < workers && (object = hwloc_get_next_obj_by_type(topology, type, object)) != NULL)
        if (!add(binding, (unsigned)hwloc_bitmap_first(object->cpuset), error))
            return false;
    return true;
}

static bool place_cores(hwloc_topology_t topology, unsigned workers, struct binding *binding,
                        struct error *error)
{
    /* A machine that tells of no cores (some virtual ones) has one processor a core. */
    bool told = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0;
    return place_in_order(topology, told ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU, workers, binding, error);
}

static bool place_compact(hwloc_topology_t topology, unsigned workers, struct binding *binding,
                          struct error *error)
{
    return place_in_order(topology, HWLOC_OBJ_PU, workers, binding, error);
}

static bool place_scattered(hwloc_topology_t topology, unsigned workers, struct binding *binding,
                            struct error *error)
{
    hwloc_cpuset_t sets[BIND_CPUS_MAX];
    int processors = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
    unsigned wanted = least(least(workers, processors > 0 ? (unsigned)processors : 0), BIND_CPUS_MAX);
    hwloc_obj_t root = hwloc_get_root_obj(topology);
    if (wanted == 0 || hwloc_distrib(topology, &root, 1, sets, wanted, INT_MAX, 0) != 0)
        return error_set(error, "hwloc cannot spread %u workers", workers);
    bool good = true;
    for (unsigned i = 0; i < wanted; i++) {
        good = good && add(binding, (unsigned)hwloc_bitmap_first(sets[i]), error);
        hwloc_bitmap_free(sets[i]);
    }
    return good;
}

static bool place_anywhere(hwloc_const_cpuset_t allowed, struct binding *binding, struct error *error)
{
    int cpu;
    hwloc_bitmap_foreach_begin(cpu, allowed) if (!add(binding, (unsigned)cpu, error)) return false;
    hwloc_bitmap_foreach_end();
    return true;
}

static bool place_listed(const char *list, hwloc_const_cpuset_t allowed, struct binding *binding,
                         struct error *error)
{
    if (!cpu_list_read(list, binding->cpus, BIND_CPUS_MAX, &binding->count, error))
        return false;
    for (unsigned i = 0; i < binding->count; i++)
        if (!hwloc_bitmap_isset(allowed, binding->cpus[i]))
            return error_set(error, "processor %u is not among those that this process may use",
                             binding->cpus[i]);
    return true;
}

struct policy {
    const char *name;
    bool (*place)(hwloc_topology_t topology, unsigned workers, struct binding *binding, struct error *error);
};

static const struct policy policies[] = {
    {"core", place_cores},
    {"compact", place_compact},
    {"scatter", place_scattered},
};

/* The policy of that name among those that need a topology, or NULL. */
static const struct policy *find_policy(const char *name)
{
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++)
        if (strcmp(policies[i].name, name) == 0)
            return &policies[i];
    return NULL;
}

static bool place(const char *text, unsigned workers, hwloc_topology_t topology, hwloc_const_cpuset_t allowed,
                  struct binding *binding, struct error *error)
{
    if (strcmp(text, "none") == 0)
        return place_anywhere(allowed, binding, error);
    if (isdigit((unsigned char)text[0]))
        return place_listed(text, allowed, binding, error);
    const struct policy *policy = find_policy(text);
    if (policy == NULL)
        return error_set(
            error, "'%.100s' is none of core, compact, scatter, none, or a list such as 0-3,8-16:2", text);
    if (hwloc_topology_restrict(topology, allowed, 0) != 0)
        return error_errno(error, "hwloc cannot restrict the machine to the processors allowed");
    return policy->place(topology, workers, binding, error);
}

bool bind_place(const char *policy, unsigned workers, hwloc_topology_t topology, hwloc_const_cpuset_t allowed,
                struct binding *binding, struct error *error)
{
    memset(binding, 0, sizeof *binding);
    if (!place(policy, workers, topology, allowed, binding, error))
        return error_context(error, "--bind");
    if (binding->count == 0)
        return error_set(error, "--bind: there is no processor to bind to");
    binding->pinned = strcmp(policy, "none") != 0;
    binding->oversubscribed = workers > binding->count;
    return true;
}

/* The processors that this process may use. */
static bool read_allowed(hwloc_bitmap_t allowed, struct error *error)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return error_errno(error, "cannot read the processors allowed");
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set) && hwloc_bitmap_set(allowed, cpu) != 0)
            return error_set(error, "no memory for the processors allowed");
    return true;
}

static bool place_on_machine(const char *policy, unsigned workers, hwloc_const_cpuset_t allowed,
                             struct binding *binding, struct error *error)
{
    if (find_policy(policy) == NULL)
        return bind_place(policy, workers, NULL, allowed, binding, error);
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) != 0)
        return error_errno(error, "hwloc cannot start");
    bool good = hwloc_topology_load(topology) == 0
                    ? bind_place(policy, workers, topology, allowed, binding, error)
                    : error_errno(error, "hwloc cannot read the machine");
    hwloc_topology_destroy(topology);
    return good;
}

bool bind_place_here(const char *policy, unsigned workers, struct binding *binding, struct error *error)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    if (allowed == NULL)
        return error_set(error, "no memory for the processors allowed");
    bool good = read_allowed(allowed, error) && place_on_machine(policy, workers, allowed, binding, error);
    hwloc_bitmap_free(allowed);
    return good;
}

bool bind_pin(const struct binding *binding, unsigned worker)
{
    if (!binding->pinned)
        return true;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(bind_cpu(binding, worker), &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}
