/*
 * judge_private.h - one judge a question, for doctor_judge.c alone.
 *
 * A judge fills one finding, which starts as ok with nothing seen; one that leaves `seen` empty has no
 * question to ask of this machine.
 */
#ifndef HARNESS_DRIVER_DOCTOR_JUDGE_PRIVATE_H
#define HARNESS_DRIVER_DOCTOR_JUDGE_PRIVATE_H

#include "harness/driver/doctor/judge.h"

struct evidence {
    const struct doctor_facts *facts;
    const struct doctor_probes *probes;
};

/* What was seen; what to do about it. Too long a text is cut. */
void finding_see(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_advise(struct finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How bad it is and why; why is static. */
void finding_rate(struct finding *finding, enum finding_level level, const char *why);

void judge_cores(const struct evidence *evidence, struct finding *finding);
void judge_cpuset(const struct evidence *evidence, struct finding *finding);
void judge_quota(const struct evidence *evidence, struct finding *finding);
void judge_siblings(const struct evidence *evidence, struct finding *finding);
void judge_pinned(const struct evidence *evidence, struct finding *finding);
void judge_unpinned(const struct evidence *evidence, struct finding *finding);
void judge_packing(const struct evidence *evidence, struct finding *finding);
void judge_governor(const struct evidence *evidence, struct finding *finding);
void judge_boost(const struct evidence *evidence, struct finding *finding);
void judge_virtual(const struct evidence *evidence, struct finding *finding);
void judge_steal(const struct evidence *evidence, struct finding *finding);
void judge_steady(const struct evidence *evidence, struct finding *finding);
void judge_load(const struct evidence *evidence, struct finding *finding);
void judge_neighbours(const struct evidence *evidence, struct finding *finding);
void judge_clock_source(const struct evidence *evidence, struct finding *finding);
void judge_clock(const struct evidence *evidence, struct finding *finding);
void judge_counters(const struct evidence *evidence, struct finding *finding);
void judge_memory(const struct evidence *evidence, struct finding *finding);
void judge_memory_limit(const struct evidence *evidence, struct finding *finding);
void judge_swap(const struct evidence *evidence, struct finding *finding);
void judge_overcommit(const struct evidence *evidence, struct finding *finding);
void judge_map_count(const struct evidence *evidence, struct finding *finding);
void judge_huge_pages(const struct evidence *evidence, struct finding *finding);
void judge_randomized(const struct evidence *evidence, struct finding *finding);
void judge_damon(const struct evidence *evidence, struct finding *finding);

#endif
