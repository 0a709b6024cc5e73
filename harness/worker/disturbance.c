/* disturbance.c - see disturbance.h. */
#include "harness/worker/disturbance.h"

#include "harness/worker/clock.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    FILE_BYTES = 8192,
    PATH_BYTES = 64,
    STAT_FIELD_CPU = 39, /* "processor" in proc(5), counted from 1 */
    STAT_FIELD_COMM = 2,
    CPU_FIELD_STEAL = 8, /* "steal" of the line "cpu", counted from 1 behind the word */
};

/* The start of a file as a string; empty if it cannot be read. */
static void read_start(const char *path, char text[FILE_BYTES])
{
    text[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t length = read(fd, text, FILE_BYTES - 1);
    text[length < 0 ? 0 : length] = '\0';
    close(fd);
}

static void read_of_thread(uint32_t tid, const char *name, char text[FILE_BYTES])
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "/proc/self/task/%" PRIu32 "/%s", tid, name);
    read_start(path, text);
}

/* The number behind `name` and a colon; PAGE_UNKNOWN if it is not there. */
static uint64_t number_of(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    if (at == NULL)
        return PAGE_UNKNOWN;
    at += strcspn(at, ":\n");
    at += strspn(at, ": \t");
    return isdigit((unsigned char)*at) ? strtoull(at, NULL, 10) : PAGE_UNKNOWN;
}

/* Field number `field` (from 1) of words apart by blanks; PAGE_UNKNOWN if there are fewer. */
static uint64_t field_of(const char *at, int field)
{
    at += strspn(at, " ");
    for (; field > 1; field--) {
        at += strcspn(at, " \n");
        at += strspn(at, " ");
    }
    return isdigit((unsigned char)*at) ? strtoull(at, NULL, 10) : PAGE_UNKNOWN;
}

void disturbance_of_thread(uint32_t tid, struct thread_counts *counts, uint32_t *cpu)
{
    char text[FILE_BYTES];
    read_of_thread(tid, "sched", text); /* only where the kernel keeps it */
    counts->migrations = number_of(text, "se.nr_migrations");
    read_of_thread(tid, "status", text);
    counts->switches_forced = number_of(text, "nonvoluntary_ctxt_switches");
    read_of_thread(tid, "stat", text);
    const char *behind_name = strrchr(text, ')'); /* the name may hold blanks */
    uint64_t seen =
        behind_name != NULL ? field_of(behind_name + 1, STAT_FIELD_CPU - STAT_FIELD_COMM) : PAGE_UNKNOWN;
    *cpu = (uint32_t)seen;
}

static uint64_t steal_ns(void)
{
    char text[FILE_BYTES];
    read_start("/proc/stat", text);
    long per_second = sysconf(_SC_CLK_TCK);
    if (strncmp(text, "cpu ", 4) != 0 || per_second <= 0)
        return PAGE_UNKNOWN;
    uint64_t ticks = field_of(text + 4, CPU_FIELD_STEAL);
    return ticks == PAGE_UNKNOWN ? PAGE_UNKNOWN : ticks * (NS_PER_SECOND / (uint64_t)per_second);
}

static uint64_t switches_of_process(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_nivcsw : PAGE_UNKNOWN;
}

static uint64_t difference(uint64_t after, uint64_t before)
{
    if (after == PAGE_UNKNOWN || before == PAGE_UNKNOWN)
        return PAGE_UNKNOWN;
    return after > before ? after - before : 0;
}

void disturbance_begin(struct disturbance *before, const struct trial_page *page)
{
    memset(before, 0, sizeof *before);
    for (uint32_t i = 0; i < page->thread_count; i++) {
        uint32_t cpu;
        before->tids[i] = __atomic_load_n(&page->threads[i].tid, __ATOMIC_RELAXED);
        disturbance_of_thread(before->tids[i], &before->threads[i], &cpu);
    }
    before->steal_ns = steal_ns();
    before->switches_forced = switches_of_process();
}

static void end_thread(const struct disturbance *before, uint32_t index, struct page_thread *thread)
{
    struct thread_counts now;
    uint32_t tid = __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);
    disturbance_of_thread(tid, &now, &thread->cpu);
    bool same = tid == before->tids[index];
    thread->migrations = same ? difference(now.migrations, before->threads[index].migrations) : PAGE_UNKNOWN;
    thread->switches_forced =
        same ? difference(now.switches_forced, before->threads[index].switches_forced) : PAGE_UNKNOWN;
}

void disturbance_end(const struct disturbance *before, const struct binding *binding, struct trial_page *page)
{
    page->switches_forced = difference(switches_of_process(), before->switches_forced);
    page->steal_ns = difference(steal_ns(), before->steal_ns);
    page->migrations = 0;
    for (uint32_t i = 0; i < page->thread_count; i++) {
        struct page_thread *thread = &page->threads[i];
        end_thread(before, i, thread);
        bool astray = binding->pinned && thread->cpu != UINT32_MAX && thread->cpu != bind_cpu(binding, i);
        if (thread->migrations != PAGE_UNKNOWN)
            page->migrations += thread->migrations > astray ? thread->migrations : astray;
        else
            page->migrations += astray;
    }
}
