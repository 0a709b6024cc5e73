/* kernel_line.h - what the kernel wrote of a crash, where its log may be read. */
#ifndef HARNESS_DRIVER_TRIAL_KERNEL_LINE_H
#define HARNESS_DRIVER_TRIAL_KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The last record of the kernel's log (a file as /dev/kmsg gives it) that names thread tid in the kernel's
 * own way, "name[1234]: segfault at 10 ip ...", into text[size]. False, with an empty text, if there is none
 * or the log may not be read.
 */
bool kernel_line(const char *log, uint32_t tid, char *text, size_t size);

#endif
