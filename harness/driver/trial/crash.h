/* crash.h - what a crash left in the trial page, in words. */
#ifndef HARNESS_DRIVER_TRIAL_CRASH_H
#define HARNESS_DRIVER_TRIAL_CRASH_H

#include "harness/driver/cell.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CRASH_CLASS_BYTES = 32 };

/* "SIGSEGV" into name[size]; "signal 77" for one without a name. */
void crash_signal_name(int signal, char *name, size_t size);

/* "SEGV_MAPERR", or NULL for a code that has no name with this signal. Static. */
const char *crash_code_name(int signal, int code);

/*
 * What kind of address a SIGSEGV or SIGBUS was about, into class[CRASH_CLASS_BYTES]: null, null+0x10 (below
 * 64 KiB), non-canonical (the kernel cannot tell the address of such an access), unmapped, mapped-no-access.
 * Returns false, with an empty text, where the signal carries no address.
 */
bool crash_address_class(int signal, int code, uint64_t address, char class[CRASH_CLASS_BYTES]);

/*
 * The crash object of the record for a trial that ended by crash or abort, JSON's null for any other. The
 * caller owns it; NULL if there is no memory.
 */
json_t *crash_json(const struct trial_result *result);

#endif
