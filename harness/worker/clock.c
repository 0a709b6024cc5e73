/* clock.c - see clock.h. */
#include "harness/worker/clock.h"

enum { CLOCK_READS = 2000 };

uint64_t clock_cost_ns(void)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < CLOCK_READS; i++) {
        uint64_t start = clock_now_ns();
        uint64_t apart = clock_now_ns() - start;
        if (apart < least)
            least = apart;
    }
    return least;
}
