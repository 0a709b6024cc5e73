/* report.h - `triebench report`: what to take and what not, on what evidence. */
#ifndef HARNESS_DRIVER_REPORT_REPORT_H
#define HARNESS_DRIVER_REPORT_REPORT_H

/* argv[0] is "report"; runs and options follow. program is how triebench was called. Returns the exit status.
 */
int report_main(const char *program, int argc, char **argv);

#endif
