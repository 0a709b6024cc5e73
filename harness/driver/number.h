/*
 * number.h - numbers as people type them, read strictly: digits only, no sign, no blanks, no hexadecimal,
 * within bounds.
 *
 * All return false on junk, overflow, and values out of [min, max]; *value is untouched then. what names the
 * thing in the sentence ("--rounds").
 */
#ifndef HARNESS_DRIVER_NUMBER_H
#define HARNESS_DRIVER_NUMBER_H

#include "harness/common/error.h"

#include <stdbool.h>
#include <stdint.h>

bool number_read(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                 struct error *error);

/* A decimal fraction: "150", "0.25". */
bool number_read_real(const char *what, const char *text, double min, double max, double *value,
                      struct error *error);

/* A number of bytes, with K, M, G or T behind it for powers of 1024. */
bool number_read_bytes(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                       struct error *error);

#endif
