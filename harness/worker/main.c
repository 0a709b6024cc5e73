/*
 * main.c - triebench-worker: runs one trial and says how it went.
 *
 * Exit status: 0 when a verdict was delivered, whatever it is; 2 when the command line is wrong or nothing
 * could be delivered. Anything else is the death of the process, which the driver reads.
 */
#include "harness/common/trial_args.h"
#include "harness/worker/describe.h"
#include "harness/worker/flight.h"
#include "harness/worker/page.h"
#include "harness/worker/summary.h"
#include "harness/worker/trial.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { EXIT_DELIVERED = 0, EXIT_USAGE = 2 };

static const char usage_text[] =
    "Usage: triebench-worker [option...]       run one trial\n"
    "       triebench-worker --describe        print strategies and workloads as JSON\n"
    "       triebench-worker --describe-strategy NAME|PATH\n\n"
    "Options of a trial, [defaults] in brackets:\n";

static int fail(const struct error *error)
{
    fprintf(stderr, "triebench-worker: %s\n", error->text);
    return EXIT_USAGE;
}

static bool report(int fd, struct error *error)
{
    static const char done[] = "done\n";
    if (fd < 0)
        return true;
    signal(SIGPIPE, SIG_IGN); /* whoever listened may be gone: an error, not a death */
    return write(fd, done, sizeof done - 1) == (ssize_t)(sizeof done - 1) ||
           error_errno(error, "--report-fd %d: cannot write", fd);
}

static int run(const struct trial_args *args, struct error *error)
{
    struct trial_page *page;
    if (!page_map(args->page_fd, &page, error))
        return fail(error);
    prctl(PR_SET_PDEATHSIG,
          SIGKILL); /* no driver, no trial; a kernel without it leaves the trial to its end */
    if (!flight_record(page, args->report_fd, error))
        return fail(error);
    trial_run(args, page);
    if (args->page_fd < 0)
        summary_print(stdout, page);
    if (!report(args->report_fd, error))
        return fail(error);
    return EXIT_DELIVERED;
}

/* Prints a text that people asked for. */
static int print(const char *text, const char *more)
{
    return fputs(text, stdout) >= 0 && fputs(more, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_DELIVERED
                                                                                       : EXIT_USAGE;
}

int main(int argc, char *argv[])
{
    struct trial_args args;
    struct error error;
    bool help;
    if (argc == 2 && strcmp(argv[1], "--describe") == 0)
        return describe_all(stdout, &error) ? EXIT_DELIVERED : fail(&error);
    if (argc == 3 && strcmp(argv[1], "--describe-strategy") == 0)
        return describe_strategy(argv[2], stdout, &error) ? EXIT_DELIVERED : fail(&error);
    if (!trial_args_read(&args, argc, argv, &help, &error))
        return fail(&error);
    if (help)
        return print(usage_text, trial_args_help());
    return run(&args, &error);
}
