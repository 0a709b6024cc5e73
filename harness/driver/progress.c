/* progress.c - see progress.h. */
#include "harness/driver/progress.h"

#include "harness/driver/trial/launch.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TELL_EVERY_NS UINT64_C(10000000000)

void progress_begin(struct progress *progress, FILE *out, bool quiet, uint64_t total, uint64_t skipped)
{
    struct winsize window;
    bool sized = ioctl(fileno(out), TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
    uint64_t now = monotonic_ns();
    *progress = (struct progress){.out = out,
                                  .quiet = quiet,
                                  .terminal = isatty(fileno(out)) == 1,
                                  .columns = sized ? window.ws_col : 80,
                                  .total = total,
                                  .skipped = skipped,
                                  .started_ns = now,
                                  .told_ns = now,
                                  .told_round = UINT64_MAX};
}

/* "  12 s left", by the pace so far; nothing before the first trial is over. */
static void left_text(const struct progress *progress, char *text, size_t size)
{
    uint64_t ahead = progress->total - progress->skipped - progress->done;
    text[0] = '\0';
    if (progress->done == 0)
        return;
    double pace_s = (double)(monotonic_ns() - progress->started_ns) * 1e-9 / (double)progress->done;
    snprintf(text, size, ", %.0f s left", pace_s * (double)ahead);
}

void progress_trial(struct progress *progress, const struct trial_request *request)
{
    if (progress->quiet)
        return;
    char left[64], cell[8 * CELL_TEXT_BYTES], failed[64] = "";
    left_text(progress, left, sizeof left);
    cell_text(&request->cell, cell, sizeof cell);
    if (progress->failed > 0)
        snprintf(failed, sizeof failed, ", %" PRIu64 " not ok", progress->failed);
    uint64_t number = progress->skipped + progress->done + 1, now = monotonic_ns();
    if (progress->terminal) {
        char line[sizeof cell + 256];
        snprintf(line, sizeof line, "%" PRIu64 "/%" PRIu64 "%s%s: %s", number, progress->total, left, failed,
                 cell);
        fprintf(progress->out, "\r\033[K%.*s", progress->columns - 1, line);
        fflush(progress->out);
        return;
    }
    if (progress->told_round == request->round && now - progress->told_ns < TELL_EVERY_NS)
        return;
    fprintf(progress->out, "round %" PRIu64 ", trial %" PRIu64 " of %" PRIu64 "%s%s\n", request->round,
            number, progress->total, left, failed);
    fflush(progress->out);
    progress->told_round = request->round;
    progress->told_ns = now;
}

void progress_done(struct progress *progress, enum outcome outcome)
{
    progress->done++;
    progress->failed += outcome != OUTCOME_OK;
}

void progress_end(struct progress *progress)
{
    if (!progress->quiet && progress->terminal) {
        fputs("\r\033[K", progress->out);
        fflush(progress->out);
    }
}
