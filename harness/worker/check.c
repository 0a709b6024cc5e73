/* check.c - see check.h. */
#include "harness/worker/check.h"

static bool count_item(void *context, const uint8_t *key, size_t length)
{
    struct check_result *result = context;
    result->keys_found++;
    result->digest += workload_hash(key, length);
    return true;
}

enum strategy_status check_space(const struct strategy *strategy, void *state, void *space,
                                 const struct workload_expectation *expected, struct check_result *result)
{
    *result = (struct check_result){0};
    if ((strategy->claims & STRATEGY_CONTROL) == 0) {
        result->keys_expected = expected->keys;
        result->digest_expected = expected->digest;
    }
    return strategy->walk(state, space, count_item, result);
}

bool check_agrees(const struct check_result *result)
{
    return result->keys_found == result->keys_expected && result->digest == result->digest_expected;
}
