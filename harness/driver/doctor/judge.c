/* judge.c - see doctor_judge.h: the table of judges, and what they write with. */
#include "harness/driver/doctor/judge.h"

#include "harness/driver/doctor/judge_private.h"

#include <stdarg.h>
#include <stdio.h>

void finding_see(struct finding *finding, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(finding->seen, sizeof finding->seen, format, values);
    va_end(values);
}

void finding_advise(struct finding *finding, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(finding->advice, sizeof finding->advice, format, values);
    va_end(values);
}

void finding_rate(struct finding *finding, enum finding_level level, const char *why)
{
    finding->level = level;
    finding->why = why;
}

struct judge {
    const char *id;
    void (*fill)(const struct evidence *evidence, struct finding *finding);
};

static const struct judge judges[] = {
    {"cores", judge_cores},
    {"cpuset", judge_cpuset},
    {"cpu-quota", judge_quota},
    {"shared-cores", judge_siblings},
    {"pinned-threads", judge_pinned},
    {"unpinned-threads", judge_unpinned},
    {"vcpu-packing", judge_packing},
    {"virtual-machine", judge_virtual},
    {"steal", judge_steal},
    {"steadiness", judge_steady},
    {"load", judge_load},
    {"neighbours", judge_neighbours},
    {"governor", judge_governor},
    {"boost", judge_boost},
    {"clock-source", judge_clock_source},
    {"clock", judge_clock},
    {"counters", judge_counters},
    {"huge-pages", judge_huge_pages},
    {"address-layout", judge_randomized},
    {"memory", judge_memory},
    {"memory-limit", judge_memory_limit},
    {"swap", judge_swap},
    {"overcommit", judge_overcommit},
    {"mappings", judge_map_count},
    {"access-sampling", judge_damon},
};

_Static_assert(sizeof judges / sizeof judges[0] <= FINDINGS_MAX, "a diagnosis holds every finding");

void doctor_judge(const struct doctor_facts *facts, const struct doctor_probes *probes,
                  struct diagnosis *diagnosis)
{
    const struct evidence evidence = {facts, probes};
    *diagnosis = (struct diagnosis){0};
    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++) {
        struct finding *finding = &diagnosis->findings[diagnosis->count];
        *finding = (struct finding){.id = judges[i].id};
        judges[i].fill(&evidence, finding);
        if (finding->seen[0] != '\0')
            diagnosis->count++;
    }
}

size_t diagnosis_count(const struct diagnosis *diagnosis, enum finding_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < diagnosis->count; i++)
        count += diagnosis->findings[i].level == level;
    return count;
}

bool diagnosis_fit(const struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++)
        if (diagnosis->findings[i].unfit)
            return false;
    return true;
}

const char *finding_level_name(enum finding_level level)
{
    switch (level) {
    case FINDING_OK:
        return "ok";
    case FINDING_NOTE:
        return "note";
    case FINDING_BAD:
        return "bad";
    }
    return "unknown";
}
