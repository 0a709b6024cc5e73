/* exit_status.h - how triebench ends, in the manner of diff. */
#ifndef HARNESS_DRIVER_EXIT_STATUS_H
#define HARNESS_DRIVER_EXIT_STATUS_H

enum exit_status {
    EXIT_PASS = 0,
    EXIT_REGRESSION = 1,
    EXIT_USAGE = 2,   /* usage, or the program itself failed */
    EXIT_CRASHED = 3, /* a trial crashed, hung, or was corrupt */
    EXIT_INCONCLUSIVE = 4,
    EXIT_UNFIT = 5,         /* host unfit, or results that must not be compared */
    EXIT_INTERRUPTED = 130, /* 128 + SIGINT */
};

#endif
