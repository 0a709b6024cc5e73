/*
 * verdict.c - see subject.h: criteria held against a subject.
 *
 * Batches are looked at from the largest down, each only where all above it passed. A fixed order of tests
 * keeps the chance of any false acceptance at that of one, so that no correction is due.
 */
#include "harness/driver/report/subject.h"

#include "harness/driver/exit_status.h"
#include "harness/driver/trial/outcome.h"
#include "harness/stats/signed_rank.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CELL_BYTES = 4 * CELL_TEXT_BYTES, SIGNATURE_BYTES = 256, ROUNDS_MAX = 1000 };

static double margin_of(const struct subject_cell *cell, const struct criteria *criteria)
{
    return fmax(criteria->margin, cell->floor);
}

static bool slower(const struct subject_cell *cell, const struct criteria *criteria)
{
    return cell->change.interval && cell->change.low > 1 + margin_of(cell, criteria);
}

static bool never_slower(const struct subject_cell *cell, const struct criteria *criteria)
{
    return cell->change.interval && cell->change.high <= 1 + margin_of(cell, criteria);
}

/* What must be gained: less than the reference differs from itself says nothing. */
static double needed(const struct subject_cell *cell, const struct criteria *criteria)
{
    return fmax(criteria->speedup_min, 1 + cell->floor);
}

static bool fast(const struct subject_cell *cell, const struct criteria *criteria)
{
    return cell->change.interval && 1 / cell->change.high >= needed(cell, criteria);
}

static bool gains_too_little(const struct subject_cell *cell, const struct criteria *criteria)
{
    return cell->change.interval && 1 / cell->change.low < criteria->speedup_min;
}

static void say(char text[SUBJECT_REASON_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Behind what is already said. */
static void say(char text[SUBJECT_REASON_BYTES], const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, SUBJECT_REASON_BYTES - used, format, arguments);
    va_end(arguments);
}

static void decide(struct subject *subject, enum subject_verdict verdict, enum criterion criterion,
                   const struct subject_cell *told)
{
    subject->verdict = verdict;
    subject->criterion = criterion;
    subject->told = told;
    subject->trial = told->first_failed != NULL   ? told->first_failed
                     : told->cell->failed != NULL ? told->cell->failed
                                                  : told->cell->row;
}

static void say_speedup(char *text, const struct subject_cell *cell)
{
    say(text, "%.2fx", 1 / cell->change.ratio);
    if (cell->change.interval)
        say(text, " (%.2f .. %.2f)", 1 / cell->change.high, 1 / cell->change.low);
}

static void say_rate(char *text, const struct subject *subject)
{
    say(text, "%zu of %zu trials failed (", subject->failed, subject->trials);
    if (subject->failed > 0)
        say(text, "%.3g .. ", 100 * subject->rate_low);
    say(text, "%s%.3g %%)", subject->failed > 0 ? "" : "at most ", 100 * subject->rate_high);
}

static const char *signature_of(const struct result_row *row)
{
    const char *text = json_string_value(json_object_get(json_object_get(row->json, "crash"), "signature"));
    return text != NULL ? text : row->reason;
}

static void reject_failures(struct subject *subject)
{
    const struct subject_cell *told = subject->cells;
    while (told->failed == 0)
        told++;
    decide(subject, SUBJECT_REJECTED, CRITERION_FAILURES, told);
    char cell[CELL_BYTES];
    subject_cell_text(told, cell, sizeof cell);
    say(subject->reason, "%s at %s: %.*s; ", outcome_name(subject->trial->outcome), cell, SIGNATURE_BYTES,
        signature_of(subject->trial));
    say_rate(subject->reason, subject);
}

static void leave_open(struct subject *subject, enum criterion criterion, const struct subject_cell *told)
{
    decide(subject, SUBJECT_INCONCLUSIVE, criterion, told);
}

/* There is no time to judge by. Returns whether that is so. */
static bool untimed(struct subject *subject, const char *reference)
{
    const struct subject_cell *last = &subject->cells[subject->count - 1];
    size_t timed = 0;
    for (size_t i = 0; i < subject->count; i++)
        timed += subject->cells[i].timed;
    if (subject->trials == 0) {
        leave_open(subject, CRITERION_TRIALS, last);
        say(subject->reason, "refused: %.400s", subject->trial->reason);
        say(subject->settle, "a host or options under which it is not refused");
    } else if (timed == 0) {
        decide(subject, SUBJECT_SEARCHED, CRITERION_NONE, last);
        say(subject->reason, "looked for crashes alone: ");
        say_rate(subject->reason, subject);
    } else if (last->reference == NULL || last->change.pairs == 0) {
        leave_open(subject, CRITERION_SPEEDUP, last);
        say(subject->reason, "no time beside that of %.100s at batch %" PRIu64, reference,
            last->cell->row->batch);
        say(subject->settle, "%.100s in the rounds of the same run", reference);
    } else {
        return false;
    }
    return true;
}

/* How many rounds it would take for the interval to end at the threshold, its width going by their root. */
static size_t rounds_to_tell(const struct change *change, double threshold)
{
    double half = (log(change->high) - log(change->low)) / 2,
           distance = fabs(log(change->ratio) - log(threshold));
    if (!change->interval || distance <= 0)
        return 0;
    double rounds = ceil((double)change->pairs * pow(half / distance, 2));
    return rounds > (double)change->pairs && rounds <= ROUNDS_MAX ? (size_t)rounds : 0;
}

static void unsettled_speed(struct subject *subject, const struct criteria *criteria)
{
    const struct subject_cell *last = &subject->cells[subject->count - 1];
    const struct change *change = &last->change;
    leave_open(subject, CRITERION_SPEEDUP, last);
    say_speedup(subject->reason, last);
    say(subject->reason, " at batch %" PRIu64 ", where %.2fx is asked", last->cell->row->batch,
        needed(last, criteria));
    if (!change->interval) {
        subject->settle_rounds = signed_rank_needed(criteria->alpha);
        say(subject->settle, "%zu good rounds, which give an interval; there were %zu",
            subject->settle_rounds, change->pairs);
    } else if (last->floor > criteria->speedup_min - 1 && 1 / change->ratio < 1 + last->floor) {
        say(subject->settle,
            "a quieter machine: the reference differs from itself by %.1f %% at this batch size",
            100 * last->floor);
    } else {
        subject->settle_rounds = rounds_to_tell(change, 1 / needed(last, criteria));
        if (subject->settle_rounds > 0)
            say(subject->settle, "about %zu rounds in place of %zu, if the ratio stays where it is",
                subject->settle_rounds, change->pairs);
        else
            say(subject->settle, "no number of rounds up to %d, if the ratio stays where it is", ROUNDS_MAX);
    }
}

static void say_even(struct subject *subject)
{
    const struct break_even *even = &subject->even;
    const uint64_t first = subject->cells[0].cell->row->batch,
                   last = subject->cells[subject->count - 1].cell->row->batch;
    if (!even->known || subject->count < 2)
        return;
    char ends[2][32];
    const double values[] = {even->low, even->high};
    for (size_t i = 0; i < 2; i++) {
        if (values[i] <= 0)
            (void)snprintf(ends[i], sizeof ends[i], "below %" PRIu64, first);
        else if (isinf(values[i]))
            (void)snprintf(ends[i], sizeof ends[i], "above %" PRIu64, last);
        else
            (void)snprintf(ends[i], sizeof ends[i], "%.0f", values[i]);
    }
    if (even->batch <= 0)
        say(subject->reason, "; breaks even below batch %" PRIu64, first);
    else if (isinf(even->batch))
        say(subject->reason, "; does not break even up to batch %" PRIu64, last);
    else
        say(subject->reason, "; breaks even at batch %.0f", even->batch);
    if (even->interval && strcmp(ends[0], ends[1]) != 0)
        say(subject->reason, " (%s .. %s)", ends[0], ends[1]);
}

/* Whether all batches hold for which an unconditional verdict needs it. */
static bool holds_everywhere(const struct subject *subject, const struct criteria *criteria)
{
    for (size_t i = 0; i < subject->count; i++) {
        const struct subject_cell *cell = &subject->cells[i];
        bool asked = cell->cell->row->batch >= criteria->speedup_from;
        if (!never_slower(cell, criteria) || (asked && !fast(cell, criteria)))
            return false;
    }
    return true;
}

/* The speed alone, of which accepted says from which cell on; count: it is rejected or open. */
static size_t judge_speed(struct subject *subject, const struct criteria *criteria)
{
    struct subject_cell *last = &subject->cells[subject->count - 1];
    size_t from = subject->count;
    while (from > 0 && fast(&subject->cells[from - 1], criteria))
        from--;
    if (slower(last, criteria) || (from == subject->count && gains_too_little(last, criteria))) {
        bool lost = slower(last, criteria);
        decide(subject, SUBJECT_REJECTED, lost ? CRITERION_SLOWER : CRITERION_SPEEDUP, last);
        char cell[CELL_BYTES];
        subject_cell_text(last, cell, sizeof cell);
        say(subject->reason, "%s at %s: ", lost ? "slower" : "gains too little", cell);
        say_speedup(subject->reason, last);
        say(subject->reason, ", where %s %.2fx is asked", lost ? "no less than" : "at least",
            lost ? 1 / (1 + margin_of(last, criteria)) : criteria->speedup_min);
        return subject->count;
    }
    if (from == subject->count) {
        unsettled_speed(subject, criteria);
        return subject->count;
    }
    if (last->cell->row->batch < criteria->speedup_from) {
        leave_open(subject, CRITERION_SPEEDUP, last);
        say(subject->reason, "the largest batch is %" PRIu64 ", and the gain is asked from %" PRIu64 " on",
            last->cell->row->batch, criteria->speedup_from);
        say(subject->settle, "a batch of %" PRIu64 " or more", criteria->speedup_from);
        return subject->count;
    }
    if (holds_everywhere(subject, criteria)) {
        decide(subject, SUBJECT_ACCEPTED, CRITERION_NONE, last);
        return 0;
    }
    decide(subject, SUBJECT_ACCEPTED_FROM, CRITERION_NONE, &subject->cells[from]);
    return from;
}

/* Memory at the batches for which it would be accepted. */
static bool judge_memory(struct subject *subject, const struct criteria *criteria, size_t from)
{
    for (size_t i = from; criteria->memory_factor_max > 0 && i < subject->count; i++) {
        const struct subject_cell *cell = &subject->cells[i];
        char text[CELL_BYTES];
        subject_cell_text(cell, text, sizeof text);
        if (cell->memory_name == NULL) {
            leave_open(subject, CRITERION_MEMORY, cell);
            say(subject->reason, "its memory was not measured at %s", text);
            say(subject->settle, "an allocator that counts, or memory_factor_max null");
            return false;
        }
        if (cell->memory_factor > criteria->memory_factor_max) {
            decide(subject, SUBJECT_REJECTED, CRITERION_MEMORY, cell);
            say(subject->reason,
                "takes %.2f times the memory of the reference (%s) at %s, where at most %.2f is asked",
                cell->memory_factor, cell->memory_name, text, criteria->memory_factor_max);
            return false;
        }
    }
    return true;
}

/* What an accepted one rests on. */
static void say_accepted(struct subject *subject, const struct criteria *criteria, size_t from)
{
    const struct subject_cell *last = &subject->cells[subject->count - 1];
    say_speedup(subject->reason, last);
    say(subject->reason, " at batch %" PRIu64, last->cell->row->batch);
    if (from > 0) {
        const struct subject_cell *below = &subject->cells[from - 1];
        say(subject->reason, "; at batch %" PRIu64 " %s, ", below->cell->row->batch,
            slower(below, criteria) ? "slower" : "not shown to be fast enough");
        say_speedup(subject->reason, below);
    }
    say(subject->reason, "; ");
    say_rate(subject->reason, subject);
    say_even(subject);
}

void subject_judge(struct subject *subject, const struct criteria *criteria, const char *reference)
{
    subject->reason[0] = subject->settle[0] = '\0';
    subject->settle_rounds = 0;
    if (subject->failed > 0) {
        reject_failures(subject);
        return;
    }
    if (untimed(subject, reference))
        return;
    size_t from = judge_speed(subject, criteria);
    if (from == subject->count || !judge_memory(subject, criteria, from))
        return;
    if (subject->trials < criteria->trials_min) {
        leave_open(subject, CRITERION_TRIALS, subject->told);
        say_rate(subject->reason, subject);
        say(subject->reason, ", and %" PRIu64 " are asked", criteria->trials_min);
        say(subject->settle, "%" PRIu64 " more trials without a failure",
            criteria->trials_min - subject->trials);
        subject->settle_rounds = (size_t)((criteria->trials_min + subject->count - 1) / subject->count);
        return;
    }
    say_accepted(subject, criteria, from);
}

int subject_verdict_text(const struct subject *subject, char *text, size_t size)
{
    switch (subject->verdict) {
    case SUBJECT_ACCEPTED:
        return snprintf(text, size, "ACCEPTED");
    case SUBJECT_ACCEPTED_FROM:
        return snprintf(text, size, "ACCEPTED FROM %" PRIu64, subject->told->cell->row->batch);
    case SUBJECT_REJECTED:
        return snprintf(text, size, "REJECTED");
    case SUBJECT_INCONCLUSIVE:
        return snprintf(text, size, "INCONCLUSIVE");
    case SUBJECT_SEARCHED:
        break;
    }
    return snprintf(text, size, "no crash found");
}

int subjects_status(const struct subjects *subjects)
{
    bool crashed = false, rejected = false, open = false;
    for (size_t i = 0; i < subjects->count; i++) {
        const struct subject *subject = &subjects->items[i];
        bool out = subject->verdict == SUBJECT_REJECTED;
        crashed = crashed || (out && subject->criterion == CRITERION_FAILURES);
        rejected = rejected || out;
        open = open || subject->verdict == SUBJECT_INCONCLUSIVE;
    }
    return crashed ? EXIT_CRASHED : rejected ? EXIT_REGRESSION : open ? EXIT_INCONCLUSIVE : EXIT_PASS;
}
