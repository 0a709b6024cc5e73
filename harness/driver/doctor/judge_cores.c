/* judge_cores.c - see doctor_judge_private.h: processors, and how threads come to share them. */
#include "harness/driver/doctor/judge_private.h"

#include <string.h>

/* Below this two pinned threads take turns; below the other something takes a good part of the second
 * processor. */
#define SPEEDUP_NONE 1.3
#define SPEEDUP_GOOD 1.7

/* Processors' worth of time that this process can have at once. */
static double usable_cores(const struct doctor_facts *facts)
{
    double cores = facts->cores_allowed;
    return facts->quota_cpus > 0 && facts->quota_cpus < cores ? facts->quota_cpus : cores;
}

void judge_cores(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    const struct doctor_probes *probes = evidence->probes;
    if (facts->cpus_allowed == 0)
        return;
    finding_see(finding, "%u cores usable, %u processors", facts->cores_allowed, facts->cpus_allowed);
    if (usable_cores(facts) >= 2)
        return;
    finding_rate(finding, FINDING_BAD,
                 "threads that share one core take turns: no parallel cell can show a gain here");
    finding_advise(finding, "measure with --threads 1, or on a machine with two cores or more");
    finding->unfit = probes->ran && probes->speedup_pinned < SPEEDUP_NONE;
}

void judge_cpuset(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (facts->cpus_allowed == 0 || facts->cpus_online == 0)
        return;
    finding_see(finding, "%u of %u processors allowed", facts->cpus_allowed, facts->cpus_online);
    if (facts->cpus_allowed >= facts->cpus_online)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "allocators size their arenas by the processors they see, which may be the others too");
    finding_advise(finding, "taskset --all-tasks --cpu-list --pid 0-%u $$", facts->cpus_online - 1);
}

void judge_quota(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (facts->quota_cpus <= 0) {
        finding_see(finding, "no limit on processor time");
        return;
    }
    finding_see(finding, "the control group grants %.2f processors' worth of time", facts->quota_cpus);
    if (facts->quota_cpus >= facts->cpus_allowed) {
        finding_rate(finding, FINDING_NOTE,
                     "the driver's own work counts too, and a group that overdraws is stopped for a while");
        return;
    }
    finding_rate(finding, FINDING_BAD,
                 "a group that has spent its share is stopped for the rest of the period, in mid-sample");
    finding_advise(finding,
                   "start the container without --cpus; give it whole processors with --cpuset-cpus");
}

void judge_siblings(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (facts->cpus_allowed == 0)
        return;
    if (facts->cores_allowed == facts->cpus_allowed) {
        finding_see(finding, "no two processors share a core%s",
                    facts->virtual_machine ? ", as far as a guest can see" : "");
        return;
    }
    finding_see(finding, "%u processors on %u cores", facts->cpus_allowed, facts->cores_allowed);
    finding_rate(finding, FINDING_NOTE,
                 "two threads on one core slow each other, so figures depend on where threads land");
    finding_advise(finding,
                   "--bind core (the default) gives each thread its own core while there are enough");
}

void judge_pinned(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran || probes->speedup_pinned <= 0)
        return;
    finding_see(finding, "two pinned threads do %.2f times the work of one", probes->speedup_pinned);
    if (probes->speedup_pinned >= SPEEDUP_GOOD)
        return;
    finding_rate(finding, FINDING_BAD,
                 "a second processor that is not all there makes every parallel strategy look worse");
    finding_advise(finding, "stop what else runs here (and on the host); run again: triebench doctor");
}

void judge_unpinned(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran || probes->speedup_free <= 0)
        return;
    finding_see(finding, "two unpinned threads do %.2f times the work of one", probes->speedup_free);
    if (probes->speedup_free >= SPEEDUP_GOOD)
        return;
    finding_rate(
        finding, FINDING_NOTE,
        "the scheduler puts both on one processor, or others keep the second busy: unpinned figures mislead");
    finding_advise(finding, "do not use --bind none on this machine");
}

void judge_packing(const struct evidence *evidence, struct finding *finding)
{
    if (evidence->facts->vcpu_pack == 0) {
        finding_see(finding, "no packing asked for on the kernel's command line");
        return;
    }
    finding_see(finding, "sched_vcpu_pack=%llu on the kernel's command line",
                (unsigned long long)evidence->facts->vcpu_pack);
    finding_rate(finding, FINDING_NOTE,
                 "the kernel gathers threads on few processors to leave the others to the host");
    finding_advise(finding, "pin: --bind core (the default), compact, or scatter");
}

void judge_governor(const struct evidence *evidence, struct finding *finding)
{
    const char *governor = evidence->facts->governor;
    if (governor[0] == '\0') {
        finding_see(finding, "frequency is not controlled from here");
        return;
    }
    finding_see(finding, "governor %s", governor);
    if (strcmp(governor, "performance") == 0)
        return;
    finding_rate(finding, FINDING_NOTE,
                 "the frequency follows the load, so short samples run slower than long ones");
    finding_advise(finding,
                   "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
}

void judge_boost(const struct evidence *evidence, struct finding *finding)
{
    switch (evidence->facts->boost) {
    case SWITCH_UNKNOWN:
        return;
    case SWITCH_OFF:
        finding_see(finding, "no boost above the nominal frequency");
        return;
    case SWITCH_ON:
        finding_see(finding, "processors boost above their nominal frequency");
        finding_rate(finding, FINDING_NOTE,
                     "one busy core runs faster than many, which flatters one thread against several");
        finding_advise(
            finding,
            "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost (intel_pstate: echo 1 to no_turbo)");
        return;
    }
}
