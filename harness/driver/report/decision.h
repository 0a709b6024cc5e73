/* decision.h - what all verdicts of one strategy come to. */
#ifndef HARNESS_DRIVER_REPORT_DECISION_H
#define HARNESS_DRIVER_REPORT_DECISION_H

#include "harness/driver/report/subject.h"

#include <stddef.h>

/* In the order in which they are told. */
enum decision_kind {
    DECISION_ACCEPTED,
    DECISION_ACCEPTED_PART,
    DECISION_SEARCHED,
    DECISION_OPEN,
    DECISION_REJECTED_PART,
    DECISION_REJECTED,
    DECISION_FAILED,
    DECISION_KINDS,
};

struct decision {
    enum decision_kind kind;
    size_t carried, count; /* subjects that it rests on, of those there are */
};

/* subjects[count] are of one strategy with its options, judged. A failure anywhere outweighs all else. */
struct decision decision_of(const struct subject *subjects, size_t count);

/* "accepted in part". Static. */
const char *decision_name(enum decision_kind kind);

#endif
