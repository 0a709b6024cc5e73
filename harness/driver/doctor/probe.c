/* probe.c - see doctor_probe.h. */
#include "harness/driver/doctor/probe.h"

#include "harness/driver/doctor/spin.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CLOCK_READINGS = 2000, WATCH_MS = 200 };

static void probe_clock(struct doctor_probes *probes)
{
    uint64_t first = spin_clock_ns(), last = first, step = UINT64_MAX;
    probes->clock_good = true;
    for (unsigned i = 0; i < CLOCK_READINGS; i++) {
        uint64_t now = spin_clock_ns();
        if (now < last)
            probes->clock_good = false;
        else if (now > last && now - last < step)
            step = now - last;
        last = now;
    }
    probes->clock_cost_ns = last > first ? (last - first) / CLOCK_READINGS : 0;
    probes->clock_step_ns = step;
    if (step == UINT64_MAX) /* it stood still */
        probes->clock_good = false;
}

static void probe_counters(struct doctor_probes *probes)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long counter = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    probes->counters_errno = counter < 0 ? errno : 0;
    if (counter >= 0)
        close((int)counter);
}

static void probe_neighbours(struct doctor_probes *probes)
{
    struct process_list before = {0}, after = {0};
    const struct timespec pause = {.tv_nsec = WATCH_MS * 1000000L};
    long ticks_per_s = sysconf(_SC_CLK_TCK);
    uint64_t start_ns = spin_clock_ns();
    if (process_list_read("", &before) && nanosleep(&pause, NULL) == 0 && process_list_read("", &after) &&
        ticks_per_s > 0) {
        double seconds = (double)(spin_clock_ns() - start_ns) / 1e9;
        uint64_t ticks, all_ticks;
        const struct process *busiest =
            process_busiest(&before, &after, (uint64_t)getpid(), &ticks, &all_ticks);
        if (busiest != NULL)
            memcpy(probes->busy_name, busiest->name, sizeof probes->busy_name);
        probes->busy_share = (double)ticks / (double)ticks_per_s / seconds;
        probes->busy_share_all = (double)all_ticks / (double)ticks_per_s / seconds;
    }
    probes->damon = before.damon;
    process_list_free(&before);
    process_list_free(&after);
}

void doctor_probe(const int pin[2], struct doctor_probes *probes)
{
    *probes = (struct doctor_probes){.ran = true};
    probe_clock(probes);
    probe_counters(probes);
    probe_neighbours(probes);
    spin_speedups(pin, &probes->speedup_free, &probes->speedup_pinned);
    probes->unsteadiness = spin_unsteadiness();
}
