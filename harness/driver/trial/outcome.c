/* outcome.c - see outcome.h. */
#include "harness/driver/trial/outcome.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *const outcome_names[OUTCOME_COUNT] = {
#define OUTCOME_NAME(name, text) [name] = text,
    OUTCOME_LIST(OUTCOME_NAME)
#undef OUTCOME_NAME
};

static const char *const stage_names[] = {
    [STAGE_START] = "start",   [STAGE_PROVE] = "prove",     [STAGE_WORKLOAD] = "workload",
    [STAGE_OPEN] = "open",     [STAGE_CONTROL] = "control", [STAGE_CREATE] = "create",
    [STAGE_INSERT] = "insert", [STAGE_CHECK] = "check",     [STAGE_DESTROY] = "destroy",
    [STAGE_CLOSE] = "close",   [STAGE_DONE] = "done",
};

const char *outcome_name(enum outcome outcome)
{
    return (unsigned)outcome < OUTCOME_COUNT ? outcome_names[outcome] : "unknown";
}

const char *outcomes_text(const uint64_t counts[OUTCOME_COUNT], char text[OUTCOMES_TEXT_BYTES])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < OUTCOME_COUNT && used < OUTCOMES_TEXT_BYTES; i++) {
        if (counts[i] > 0)
            used += (size_t)snprintf(text + used, OUTCOMES_TEXT_BYTES - used, "%s%" PRIu64 " %s",
                                     used > 0 ? ", " : "", counts[i], outcome_name((enum outcome)i));
    }
    return text;
}

bool outcome_find(const char *name, enum outcome *outcome)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (strcmp(name, outcome_names[i]) == 0) {
            *outcome = (enum outcome)i;
            return true;
        }
    }
    return false;
}

enum page_state page_settle(struct trial_page *page, size_t length)
{
    if (length != sizeof *page)
        return PAGE_STATE_DAMAGED;
    if (page->magic == 0 && page->version == 0)
        return PAGE_STATE_UNTOUCHED;
    if (!trial_page_sane(page))
        return PAGE_STATE_DAMAGED;
    page->reason[sizeof page->reason - 1] = '\0';
    page->allocator_object[sizeof page->allocator_object - 1] = '\0';
    page->allocator_version[sizeof page->allocator_version - 1] = '\0';
    for (size_t i = 0; i < PAGE_PHASES_MAX; i++)
        page->phase_names[i][sizeof page->phase_names[i] - 1] = '\0';
    for (size_t i = 0; i < PAGE_COUNTERS_MAX; i++)
        page->counters[i].name[sizeof page->counters[i].name - 1] = '\0';
    return PAGE_STATE_SANE;
}

const char *page_stage_name(uint32_t stage)
{
    return stage < sizeof stage_names / sizeof stage_names[0] ? stage_names[stage] : "unknown";
}

const char *page_activity(const struct trial_page *page, int thread)
{
    if (page->stage == STAGE_INSERT && thread >= 0 && (uint32_t)thread < page->thread_count) {
        uint32_t phase = page->progress[thread].phase;
        if (phase > 0 && phase < PAGE_PHASES_MAX && page->phase_names[phase][0] != '\0')
            return page->phase_names[phase];
    }
    return page_stage_name(page->stage);
}

/* A sentence that is put together piece by piece; what does not fit is cut. */
struct sentence {
    char *text;
    size_t size, length;
};

static void say(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct sentence *s, const char *format, ...)
{
    if (s->length + 1 >= s->size)
        return;
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(s->text + s->length, s->size - s->length, format, arguments);
    va_end(arguments);
    size_t room = s->size - s->length - 1;
    s->length += more < 0 ? 0 : (size_t)more < room ? (size_t)more : room;
}

static void say_where(struct sentence *s, const struct outcome_evidence *evidence)
{
    const struct trial_page *page = evidence->page;
    if (evidence->page_state == PAGE_STATE_UNTOUCHED)
        say(s, ", before it had begun");
    else if (evidence->page_state == PAGE_STATE_DAMAGED)
        say(s, "; the shared page was overwritten");
    else if (evidence->said_done)
        say(s, ", after it had reported");
    else if (page->stage == STAGE_INSERT)
        say(s, ", inserting (%s), sample %" PRIu32 ", item %" PRIu64, page_activity(page, 0),
            page->progress[0].sample, page->progress[0].item);
    else
        say(s, ", in stage %s", page_stage_name(page->stage));
}

static void say_signal(struct sentence *s, int signal)
{
    const char *name = sigabbrev_np(signal);
    if (name != NULL)
        say(s, "SIG%s", name);
    else
        say(s, "signal %d", signal);
}

static enum outcome decide_sigkill(const struct outcome_evidence *evidence, struct sentence *s)
{
    switch (evidence->stopped) {
    case STOP_TIMEOUT:
        say(s, "no end within %g s", evidence->timeout_s);
        return OUTCOME_HANG;
    case STOP_MEMORY:
        say(s, "held more than the limit of %" PRIu64 " bytes of memory", evidence->resident_limit_bytes);
        return OUTCOME_OOM;
    case STOP_INTERRUPT:
        say(s, "interrupted");
        return OUTCOME_LOST;
    case STOP_NONE:
        break;
    }
    if (evidence->oom_killed) {
        say(s, "killed by the kernel for want of memory");
        return OUTCOME_OOM;
    }
    say(s, "killed by SIGKILL from outside");
    return OUTCOME_LOST;
}

static enum outcome decide_signalled(const struct outcome_evidence *evidence, struct sentence *s)
{
    int signal = WTERMSIG(evidence->wait_status);
    enum outcome outcome = OUTCOME_CRASH;
    if (signal == SIGKILL) {
        outcome = decide_sigkill(evidence, s);
    } else {
        outcome = signal == SIGABRT ? OUTCOME_ABORT : OUTCOME_CRASH;
        say(s, "killed by ");
        say_signal(s, signal);
    }
    say_where(s, evidence);
    return outcome;
}

static enum outcome decide_silent(const struct outcome_evidence *evidence, struct sentence *s)
{
    if (evidence->report_closed)
        say(s, "closed its report pipe");
    else
        say(s, "exited with status %d before it reported", WEXITSTATUS(evidence->wait_status));
    say_where(s, evidence);
    return OUTCOME_LOST;
}

static enum outcome decide_verdict(const struct outcome_evidence *evidence, struct sentence *s)
{
    const struct trial_page *page = evidence->page;
    const char *reason = page->reason[0] != '\0' ? page->reason : "the worker gave no reason";
    int status = WEXITSTATUS(evidence->wait_status);
    switch ((enum page_verdict)page->verdict) {
    case PAGE_VERDICT_OK:
        if (status != 0)
            say(s, "reported, and then exited with status %d", status);
        else if (page->sample_count == 0 && page->samples_checked == 0)
            say(s, "reported success without a sample");
        else
            return OUTCOME_OK;
        return OUTCOME_LOST;
    case PAGE_VERDICT_CORRUPT:
        say(s, "%s", reason);
        return OUTCOME_CORRUPT;
    case PAGE_VERDICT_REFUSED:
        say(s, "%s", reason);
        return OUTCOME_REFUSED;
    case PAGE_VERDICT_OOM:
        say(s, "%s", reason);
        return OUTCOME_OOM;
    case PAGE_VERDICT_NONE:
        break;
    }
    say(s, "reported without a verdict");
    return OUTCOME_LOST;
}

enum outcome outcome_decide(const struct outcome_evidence *evidence, char *reason, size_t size)
{
    struct sentence s = {.text = reason, .size = size};
    if (size > 0)
        reason[0] = '\0';
    if (WIFSIGNALED(evidence->wait_status))
        return decide_signalled(evidence, &s);
    if (!evidence->said_done)
        return decide_silent(evidence, &s);
    if (evidence->page_state == PAGE_STATE_SANE)
        return decide_verdict(evidence, &s);
    say(&s, evidence->page_state == PAGE_STATE_UNTOUCHED ? "reported, but wrote nothing to the shared page"
                                                         : "the shared page was overwritten");
    return OUTCOME_LOST;
}
