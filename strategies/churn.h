/* churn.h - the sizes that churn.c draws from, for the test that holds them to the trie's. */
#ifndef STRATEGIES_CHURN_H
#define STRATEGIES_CHURN_H

#include <stdint.h>

struct churn_size {
    uint16_t bytes; /* as malloc() is asked, rounded up to what glibc gives */
    uint16_t count;
};

enum { CHURN_SIZES = 3 };
extern const struct churn_size churn_sizes[CHURN_SIZES];

#endif
