/* judge_host.c - see doctor_judge_private.h: what else runs, here and beneath, and what there is to
 * measure with. */
#include "harness/driver/doctor/judge_private.h"

#include <string.h>

void judge_virtual(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (!facts->virtual_machine) {
        finding_see(finding, "no hypervisor");
        return;
    }
    finding_see(finding, "a virtual machine%s%s", facts->machine[0] != '\0' ? ": " : "", facts->machine);
    finding_rate(finding, FINDING_NOTE,
                 "neighbours on the host cannot be seen, page faults cost more, and speed can change from "
                 "second to second");
    finding_advise(finding, "compare only within one run, and give it more rounds: --rounds 10");
}

void judge_steal(const struct evidence *evidence, struct finding *finding)
{
    double share = evidence->facts->steal_share;
    if (share < 0)
        return;
    finding_see(finding, "%.1f %% of the time that was wanted went to others on the host", 100 * share);
    if (share <= 0.01)
        return;
    finding_rate(
        finding, share > 0.05 ? FINDING_BAD : FINDING_NOTE,
        "the host takes processors away in mid-sample; trials that it hit are flagged in the record");
    finding_advise(finding, "take a machine with processors of its own, or measure at a quieter hour");
}

void judge_steady(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran || probes->unsteadiness <= 0)
        return;
    finding_see(finding, "equal pieces of work differ by %.2f times", probes->unsteadiness);
    if (probes->unsteadiness <= 1.1)
        return;
    finding_rate(finding, probes->unsteadiness > 1.5 ? FINDING_BAD : FINDING_NOTE,
                 "the speed of the processor changes: differences smaller than that need many rounds");
    finding_advise(finding, "--rounds 10, and read the floor that --aa prints");
}

void judge_load(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_facts *facts = evidence->facts;
    if (facts->load < 0 || facts->cpus_allowed == 0)
        return;
    finding_see(finding, "load %.2f on %u processors over the last minute", facts->load, facts->cpus_allowed);
    if (facts->load <= 0.5 * facts->cpus_allowed)
        return;
    finding_rate(finding, FINDING_NOTE, "other work takes turns with what is measured");
    finding_advise(finding, "wait until it is done; see what it is with: top");
    if (facts->load > facts->cpus_allowed) {
        finding->level = FINDING_BAD;
        finding->unfit = true;
    }
}

void judge_neighbours(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran)
        return;
    finding_see(finding, "other processes take %.0f %% of a processor%s%s", 100 * probes->busy_share_all,
                probes->busy_name[0] != '\0' ? ", most of it " : "", probes->busy_name);
    if (probes->busy_share_all <= 0.1)
        return;
    finding_rate(finding, probes->busy_share_all > 0.5 ? FINDING_BAD : FINDING_NOTE,
                 "they push measured threads aside and empty the caches");
    finding_advise(finding, "stop them while measuring; see them with: top");
}

void judge_clock_source(const struct evidence *evidence, struct finding *finding)
{
    const char *source = evidence->facts->clock_source;
    if (source[0] == '\0')
        return;
    finding_see(finding, "clock source %s", source);
    if (strcmp(source, "tsc") == 0 || strcmp(source, "arch_sys_counter") == 0)
        return;
    bool read_in_place = strcmp(source, "kvm-clock") == 0 || strncmp(source, "hyperv_clocksource", 18) == 0;
    finding_rate(finding, read_in_place ? FINDING_NOTE : FINDING_BAD,
                 "each reading costs more than the processor's own counter would; small batches feel it");
    finding_advise(finding,
                   "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
}

void judge_clock(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran)
        return;
    if (!probes->clock_good) {
        finding_see(finding, "the monotonic clock stands still or goes back");
    } else {
        finding_see(finding, "a reading costs %llu ns, the clock steps by %llu ns",
                    (unsigned long long)probes->clock_cost_ns, (unsigned long long)probes->clock_step_ns);
        if (probes->clock_cost_ns <= 200 && probes->clock_step_ns <= 1000)
            return;
    }
    finding_rate(finding, FINDING_BAD,
                 "a batch of ten takes a microsecond or two, and the clock must be finer than that");
    finding_advise(finding,
                   "see the clock source; on a guest, ask for one with an invariant time-stamp counter");
    finding->unfit = !probes->clock_good || probes->clock_cost_ns > 10000 || probes->clock_step_ns > 1000000;
}

void judge_counters(const struct evidence *evidence, struct finding *finding)
{
    const struct doctor_probes *probes = evidence->probes;
    if (!probes->ran)
        return;
    if (probes->counters_errno == 0) {
        finding_see(finding, "hardware counters are there");
        return;
    }
    finding_see(finding, "no hardware counters: %s", strerror(probes->counters_errno));
    finding_rate(finding, FINDING_NOTE,
                 "times can be had, but not what they were spent on (cache misses, instructions)");
    if (evidence->facts->perf_paranoid > 2)
        finding_advise(finding, "sudo sysctl kernel.perf_event_paranoid=2");
}
