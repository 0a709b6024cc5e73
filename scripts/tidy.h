/*
 * tidy.h - what clang-tidy must know about functions whose bodies lie in another file than the one it looks
 * at: these always return false, so that a caller who returns what they return has failed. Only
 * scripts/check.sh includes this.
 */
#include "harness/common/error.h"

#define error_set(...)     ((void)(error_set)(__VA_ARGS__), false)
#define error_errno(...)   ((void)(error_errno)(__VA_ARGS__), false)
#define error_context(...) ((void)(error_context)(__VA_ARGS__), false)
