/* decision.c - see decision.h. */
#include "harness/driver/report/decision.h"

#include <stdbool.h>

struct decision decision_of(const struct subject *subjects, size_t count)
{
    size_t accepted = 0, rejected = 0, failed = 0, searched = 0;
    for (size_t i = 0; i < count; i++) {
        const struct subject *subject = &subjects[i];
        bool out = subject->verdict == SUBJECT_REJECTED;
        accepted += subject->verdict == SUBJECT_ACCEPTED || subject->verdict == SUBJECT_ACCEPTED_FROM;
        rejected += out;
        failed += out && subject->criterion == CRITERION_FAILURES;
        searched += subject->verdict == SUBJECT_SEARCHED;
    }
    if (failed > 0)
        return (struct decision){DECISION_FAILED, failed, count};
    if (accepted > 0)
        return (struct decision){accepted == count ? DECISION_ACCEPTED : DECISION_ACCEPTED_PART, accepted,
                                 count};
    if (rejected > 0)
        return (struct decision){rejected == count ? DECISION_REJECTED : DECISION_REJECTED_PART, rejected,
                                 count};
    if (searched == count)
        return (struct decision){DECISION_SEARCHED, searched, count};
    return (struct decision){DECISION_OPEN, count - searched, count};
}

const char *decision_name(enum decision_kind kind)
{
    static const char *const names[DECISION_KINDS] = {
        [DECISION_ACCEPTED] = "accepted",
        [DECISION_ACCEPTED_PART] = "accepted in part",
        [DECISION_SEARCHED] = "searched for crashes alone, none found",
        [DECISION_OPEN] = "open",
        [DECISION_REJECTED_PART] = "rejected in part, the rest open",
        [DECISION_REJECTED] = "rejected",
        [DECISION_FAILED] = "rejected: a trial failed",
    };
    return names[kind];
}
