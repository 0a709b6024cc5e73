/*
 * read.h - small reads out of /proc and /sys, or out of a copy of them below another root.
 *
 * What is read is plain ASCII afterwards, with "?" for any other byte: it goes to terminals and into JSON.
 * All of these take the root ("" for the running machine) and an absolute path below it. A file that is
 * missing, unreadable, too long or nonsense gives false, and the out-parameter stays untouched: to the doctor
 * it is "unknown".
 */
#ifndef HARNESS_DRIVER_DOCTOR_READ_H
#define HARNESS_DRIVER_DOCTOR_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DOCTOR_PATH_BYTES = 1024, DOCTOR_LINE_BYTES = 8192, DOCTOR_CPUS_MAX = 4096 };

/* The first line, without blanks at its ends; cut to fit out[size]. */
bool doctor_read_text(const char *root, const char *path, char *out, size_t size);

/* What follows prefix on the first line that starts with it, likewise. */
bool doctor_read_after(const char *root, const char *path, const char *prefix, char *out, size_t size);

/* A file that holds one whole number. */
bool doctor_read_number(const char *root, const char *path, uint64_t *value);

/* Digits at the start of text, what is not a digit ends them. Errors: no digit, or more than 64 bits. */
bool doctor_parse_number(const char *text, uint64_t *value);

/* A set of processors, as the kernel lists them: "0-3,8". */
struct cpu_list {
    uint64_t bits[DOCTOR_CPUS_MAX / 64];
    unsigned count;
};

bool cpu_list_has(const struct cpu_list *list, unsigned cpu);

/* Errors: false if text is no such list, is empty, or names a processor of DOCTOR_CPUS_MAX or more. */
bool cpu_list_parse(const char *text, struct cpu_list *list);

#endif
