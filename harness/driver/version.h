/* version.h - what this program was built from. */
#ifndef HARNESS_DRIVER_VERSION_H
#define HARNESS_DRIVER_VERSION_H

#include <stdbool.h>

/* Static texts; commit and flags are empty where the build did not say. */
const char *version_tool(void);
const char *version_commit(void);
bool version_dirty(void);
const char *version_compiler(void);
const char *version_flags(void);

#endif
