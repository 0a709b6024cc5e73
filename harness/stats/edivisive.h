/* edivisive.h - where a series changed its level. */
#ifndef HARNESS_STATS_EDIVISIVE_H
#define HARNESS_STATS_EDIVISIVE_H

#include <stdbool.h>
#include <stddef.h>

enum { EDIVISIVE_SIDE_MIN = 3, EDIVISIVE_VALUES_MAX = 2000 };

struct change_point {
    size_t at;            /* the first value of the new level */
    double before, after; /* means of the stretches on both sides, up to the next change points */
    double p;             /* of a difference as large, by Student's test, two-sided */
};

/*
 * Finds the points at which a series falls apart best, again and again within its parts, as long as both
 * sides differ with a p of at most p_max. "Best" is the largest energy distance between the values before
 * the point and those behind it up to some end, both at least EDIVISIVE_SIDE_MIN. Student's test decides
 * rather than permutations, so that the same series always has the same change points.
 * Shape:   finite, at most EDIVISIVE_VALUES_MAX; points[count / EDIVISIVE_SIDE_MIN]
 * Returns: how many there are, in ascending order in points; *good is false (and 0 returned) without
 *          memory or shape
 * Source:  Matteson and James 2014, alpha = 1; the test after Hunter, Apache Otava
 */
size_t edivisive(const double *values, size_t count, double p_max, struct change_point *points, bool *good);

#endif
