/* version.c - see version.h; the build defines the macros for this file alone. */
#include "harness/driver/version.h"

#ifndef TRIEBENCH_COMMIT
#define TRIEBENCH_COMMIT ""
#endif
#ifndef TRIEBENCH_DIRTY
#define TRIEBENCH_DIRTY 0
#endif
#ifndef TRIEBENCH_FLAGS
#define TRIEBENCH_FLAGS ""
#endif

const char *version_tool(void)
{
    return "0.1.0";
}

const char *version_commit(void)
{
    return TRIEBENCH_COMMIT;
}

bool version_dirty(void)
{
    return TRIEBENCH_DIRTY != 0;
}

const char *version_compiler(void)
{
    return "gcc " __VERSION__;
}

const char *version_flags(void)
{
    return TRIEBENCH_FLAGS;
}
