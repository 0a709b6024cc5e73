/* doctor.h - `triebench doctor`: what on this machine will blur the figures, and what to do about it. */
#ifndef HARNESS_DRIVER_DOCTOR_DOCTOR_H
#define HARNESS_DRIVER_DOCTOR_DOCTOR_H

/*
 * Runs the subcommand; argv[0] is its name ("doctor"). Takes under a second, most of it spinning on two
 * processors. The environment variable TRIEBENCH_SYSROOT names a folder that holds another machine's /proc
 * and /sys; that machine is then judged from its files alone, and nothing is measured.
 * Returns EXIT_PASS, EXIT_UNFIT if measuring here is pointless, or EXIT_USAGE (harness/driver/exit_status.h).
 * What was found goes to stdout, errors to stderr.
 */
int doctor_main(int argc, char **argv);

#endif
