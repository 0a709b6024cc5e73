/* judge_memory.c - see doctor_judge_private.h: memory. */
#include "harness/driver/doctor/judge_private.h"

#include <string.h>

static double mebibytes(uint64_t bytes)
{
    return (double)bytes / (1024.0 * 1024.0);
}

void judge_memory(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (facts->memory_bytes == 0)
        return;
    finding_see(finding, "%.0f of %.0f MiB available", mebibytes(facts->memory_available_bytes),
                mebibytes(facts->memory_bytes));
    if (facts->memory_available_bytes >= UINT64_C(1) << 30)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "large batches under many threads take more than 1 GiB, and the kernel may kill the trial");
    finding_advise(finding, "free some, or set --memory-limit so that such a trial ends as oom by itself");
}

void judge_memory_limit(const struct evidence *evidence, struct finding *finding)
{
    uint64_t limit_bytes = evidence->facts->memory_limit_bytes;
    if (limit_bytes == 0) {
        finding_see(finding, "no memory limit below the machine's");
        return;
    }
    finding_see(finding, "the control group grants %.0f MiB of memory", mebibytes(limit_bytes));
    finding_rate(
        finding, limit_bytes < UINT64_C(512) << 20 ? FINDING_BAD : FINDING_NOTE,
        "a trial beyond it is killed from outside, and near it the kernel reclaims pages in mid-sample");
    finding_advise(finding, "raise it (docker: --memory), or set --memory-limit below it");
}

void judge_swap(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    finding_see(finding, "%.0f of %.0f MiB swap in use", mebibytes(facts->swap_used_bytes),
                mebibytes(facts->swap_bytes));
    if (facts->swap_used_bytes == 0)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "the machine was short of memory before, and a page that comes back costs milliseconds");
    finding_advise(finding, "sudo swapoff -a && sudo swapon -a, once memory suffices");
}

void judge_overcommit(const struct evidence *evidence, struct finding *finding)
{
    int64_t mode = evidence->facts->overcommit;
    if (mode < 0)
        return;
    finding_see(finding, "memory overcommit mode %lld", (long long)mode);
    if (mode != 2)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "allocators that reserve much and touch little are refused memory that is there");
    finding_advise(finding, "sudo sysctl vm.overcommit_memory=0");
}

void judge_map_count(const struct evidence *evidence, struct finding *finding)
{
    uint64_t most = evidence->facts->map_count_max;
    if (most == 0)
        return;
    finding_see(finding, "a process may have %llu mappings", (unsigned long long)most);
    if (most >= 65530) /* what Linux sets by itself */
        return;
    finding_rate(finding, FINDING_NOTE,
                 "an allocator that runs out of mappings fails although there is memory");
    finding_advise(finding, "sudo sysctl vm.max_map_count=65530");
}

void judge_huge_pages(const struct evidence *evidence, struct finding *finding)
{
    const char *choice = evidence->facts->huge_pages;
    if (choice[0] == '\0')
        return;
    finding_see(finding, "transparent huge pages: %s", choice);
    if (strcmp(choice, "always") != 0)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "whether an allocator gets huge pages then depends on how it maps its memory, and on luck");
    finding_advise(finding, "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
}

void judge_randomized(const struct evidence *evidence, struct finding *finding)
{
    int64_t level = evidence->facts->randomized;
    if (level < 0)
        return;
    finding_see(finding, "address space layout is %s", level == 0 ? "the same in every process" : "random");
    if (level != 0)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "one layout, lucky or unlucky, is measured over and over: trials are less independent");
    finding_advise(finding, "sudo sysctl kernel.randomize_va_space=2");
}

void judge_damon(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran)
        return;
    finding_see(finding, "%s",
                probes->damon ? "a kernel thread (kdamond) samples memory accesses"
                              : "nothing samples memory accesses");
    if (!probes->damon)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "it may hand idle pages back, so resident sizes are right only just after a sample");
}
