/* judge.h - from what a machine is and does to what that means for the figures. No file, no clock: a
 * pure function. */
#ifndef HARNESS_DRIVER_DOCTOR_JUDGE_H
#define HARNESS_DRIVER_DOCTOR_JUDGE_H

#include "harness/driver/doctor/facts.h"
#include "harness/driver/doctor/probe.h"

#include <stdbool.h>
#include <stddef.h>

enum { FINDINGS_MAX = 32, FINDING_TEXT_BYTES = 256 };

enum finding_level {
    FINDING_OK,
    FINDING_NOTE, /* know it when you read the figures */
    FINDING_BAD,  /* it will blur them */
};

struct finding {
    const char *id; /* stable short name; static */
    enum finding_level level;
    bool unfit; /* so bad that measuring is pointless */
    char seen[FINDING_TEXT_BYTES];
    const char *why;                 /* why it matters; static, NULL when ok */
    char advice[FINDING_TEXT_BYTES]; /* what to do, a command where there is one; may be empty */
};

struct diagnosis {
    struct finding findings[FINDINGS_MAX];
    size_t count;
};

/* One finding for each question asked, good news too, in a fixed order. Probes that did not run are left out.
 */
void doctor_judge(const struct doctor_facts *facts, const struct doctor_probes *probes,
                  struct diagnosis *diagnosis);

/* How many findings are of a level. */
size_t diagnosis_count(const struct diagnosis *diagnosis, enum finding_level level);

/* Whether nothing found makes measuring pointless. */
bool diagnosis_fit(const struct diagnosis *diagnosis);

/* "ok", "note", "bad". */
const char *finding_level_name(enum finding_level level);

#endif
