/*
 * outcome.h - how a trial ended, decided from what is left of its process: wait status, report pipe, shared
 * page, and what the driver itself did to it.
 */
#ifndef HARNESS_DRIVER_TRIAL_OUTCOME_H
#define HARNESS_DRIVER_TRIAL_OUTCOME_H

#include "harness/driver/cell.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why the driver killed the worker, if it did. */
enum stop_cause {
    STOP_NONE,
    STOP_TIMEOUT,
    STOP_MEMORY, /* over launch_options.resident_limit_bytes */
    STOP_INTERRUPT,
};

enum page_state {
    PAGE_STATE_SANE,
    PAGE_STATE_UNTOUCHED, /* still all zero where the worker begins to write */
    PAGE_STATE_DAMAGED,   /* cut short, or counts out of bounds */
};

struct outcome_evidence {
    int wait_status; /* as wait4() gives it */
    enum stop_cause stopped;
    bool said_done;     /* "done" stood on the report pipe */
    bool report_closed; /* the report pipe was closed while the worker lived on */
    bool oom_killed;    /* the kernel's OOM killer struck in this control group meanwhile */
    enum page_state page_state;
    const struct trial_page *page; /* a settled copy (page_settle()); looked at only if sane */
    double timeout_s;
    uint64_t resident_limit_bytes;
};

/*
 * The outcome, and one sentence in reason[size] that says why (empty for OUTCOME_OK).
 * A wait status of the worker's own making beats a kill that came too late to matter.
 */
enum outcome outcome_decide(const struct outcome_evidence *evidence, char *reason, size_t size);

/* "ok", "crash" ...; "unknown" for a value outside the list. Static. */
const char *outcome_name(enum outcome outcome);

/* How trials ended, "3 ok, 1 crash"; empty for none. text[OUTCOMES_TEXT_BYTES]. Returns text. */
enum { OUTCOMES_TEXT_BYTES = 256 };
const char *outcomes_text(const uint64_t counts[OUTCOME_COUNT], char text[OUTCOMES_TEXT_BYTES]);

/* The outcome of that name. Returns false, *outcome untouched, if there is none. */
bool outcome_find(const char *name, enum outcome *outcome);

/*
 * Judges a copy of the page of which length bytes could be read, and, where it is sane, ends every text in
 * it, so that it can be read without fear afterwards.
 */
enum page_state page_settle(struct trial_page *page, size_t length);

/* What the worker was doing: the name of its stage; "unknown" outside the list. Static. */
const char *page_stage_name(uint32_t stage);

/*
 * What a thread was doing: the phase of its strategy while inserting ("merge"), else the trial's stage
 * ("check"). thread is an index below page->thread_count, or -1 for none in particular. The text lies in the
 * page or is static.
 */
const char *page_activity(const struct trial_page *page, int thread);

#endif
