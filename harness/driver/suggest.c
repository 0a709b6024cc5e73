/* suggest.c - see suggest.h; the distance is the restricted Damerau-Levenshtein distance. */
#include "harness/driver/suggest.h"

#include <stdint.h>
#include <string.h>

enum { NAME_MAX_BYTES = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    if (rows > NAME_MAX_BYTES || columns > NAME_MAX_BYTES)
        return SIZE_MAX;
    size_t cost[NAME_MAX_BYTES + 1][NAME_MAX_BYTES + 1];
    for (size_t i = 0; i <= rows; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= columns; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= rows; i++) {
        for (size_t j = 1; j <= columns; j++) {
            size_t change = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            size_t best = least(change, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[rows][columns];
}

const char *suggest(const char *word, const char *const *candidates, size_t count)
{
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t away = distance(word, candidates[i]);
        if (away < best || (away == best && nearest == NULL && away < strlen(candidates[i]))) {
            best = away;
            nearest = candidates[i];
        }
    }
    return nearest;
}
