/* fpe.c - divides by zero. */
#include "tests/saboteurs/saboteur.h"

/* The sanitizer would end it in its own way. */
__attribute__((no_sanitize("undefined"))) enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    volatile int zero = 0;
    // cppcheck-suppress zerodiv ; on purpose
    volatile int quotient = 100 / zero; /* NOLINT(clang-analyzer-core.DivideZero) */
    (void)quotient;
    return STRATEGY_OK;
}

SABOTEUR("fpe");
