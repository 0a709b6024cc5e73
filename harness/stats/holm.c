/* holm.c - see holm.h. */
#include "harness/stats/holm.h"

#include <math.h>
#include <stdlib.h>

static int smaller_first(const void *a, const void *b)
{
    double left = **(double *const *)a, right = **(double *const *)b;
    return (left > right) - (left < right);
}

void holm_correct(double *p, size_t count)
{
    double **ascending = calloc(count + 1, sizeof(double *));
    if (ascending == NULL) {
        for (size_t i = 0; i < count; i++)
            p[i] = 1;
        return;
    }
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(p[i]))
            ascending[known++] = &p[i];
    }
    qsort(ascending, known, sizeof(double *), smaller_first);
    double least = 0;
    for (size_t i = 0; i < known; i++) {
        least = fmax(least, fmin(1, *ascending[i] * (double)(known - i)));
        *ascending[i] = least;
    }
    free(ascending);
}
