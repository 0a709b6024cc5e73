/* edivisive.c - see edivisive.h. */
#include "harness/stats/edivisive.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/*
 * Sums of |a - b| over pairs, so that each candidate costs a constant time: row i of the table holds, for
 * every j, the sum over k < j of |values[i] - values[k]|.
 */
struct distances {
    double *sums;
    size_t count;
};

static bool distances_make(const double *values, size_t count, struct distances *distances)
{
    *distances = (struct distances){.sums = malloc(count * (count + 1) * sizeof(double)), .count = count};
    for (size_t i = 0; distances->sums != NULL && i < count; i++) {
        double *row = distances->sums + i * (count + 1);
        row[0] = 0;
        for (size_t k = 0; k < count; k++)
            row[k + 1] = row[k] + fabs(values[i] - values[k]);
    }
    return distances->sums != NULL;
}

/* Of values[i] to those of from .. to - 1. */
static double distance_to(const struct distances *distances, size_t i, size_t from, size_t to)
{
    const double *row = distances->sums + i * (distances->count + 1);
    return row[to] - row[from];
}

/* Scaled energy distance of two parts of n and m values, out of the sums of distances between and within
 * them. */
static double energy(double between, double within_left, double within_right, double n, double m)
{
    double distance =
        2 * between / (n * m) - within_left / (n * (n - 1) / 2) - within_right / (m * (m - 1) / 2);
    return n * m / (n + m) * distance;
}

/* The best point within from .. to - 1, for every end behind it; 0 where the stretch is too short. */
static size_t best_split(const struct distances *distances, size_t from, size_t to)
{
    double most = -INFINITY, within_left = 0;
    size_t best = 0;
    for (size_t at = from + 1; at + EDIVISIVE_SIDE_MIN <= to; at++) {
        within_left += distance_to(distances, at - 1, from, at - 1);
        if (at - from < EDIVISIVE_SIDE_MIN)
            continue;
        double between = 0, within_right = 0;
        for (size_t end = at + 1; end <= to; end++) {
            between += distance_to(distances, end - 1, from, at);
            within_right += distance_to(distances, end - 1, at, end - 1);
            if (end - at < EDIVISIVE_SIDE_MIN)
                continue;
            double here = energy(between, within_left, within_right, (double)(at - from), (double)(end - at));
            if (here > most) {
                most = here;
                best = at;
            }
        }
    }
    return best;
}

static void moments(const double *values, size_t from, size_t to, double *mean, double *squares)
{
    *mean = *squares = 0;
    for (size_t i = from; i < to; i++)
        *mean += values[i] / (double)(to - from);
    for (size_t i = from; i < to; i++)
        *squares += (values[i] - *mean) * (values[i] - *mean);
}

/* Student's test of two stretches, one variance; without any, they differ surely or not at all. */
static double student(const double *values, size_t from, size_t at, size_t to, double *before, double *after)
{
    double left, right, n = (double)(at - from), m = (double)(to - at);
    moments(values, from, at, before, &left);
    moments(values, at, to, after, &right);
    double deviation = sqrt((left + right) / (n + m - 2) * (1 / n + 1 / m));
    if (deviation <= 0)
        return *before < *after || *before > *after ? 0 : 1;
    return 2 * gsl_cdf_tdist_Q(fabs(*before - *after) / deviation, n + m - 2);
}

/* The search within from .. to - 1; recursion goes as deep as there are change points. */
static void split(const double *values, const struct distances *distances, size_t from, size_t to,
                  double p_max, struct change_point *points, size_t *found)
{
    size_t at = best_split(distances, from, to);
    double before, after;
    if (at == 0 || !(student(values, from, at, to, &before, &after) <= p_max))
        return;
    split(values, distances, from, at, p_max, points, found);
    points[(*found)++].at = at;
    split(values, distances, at, to, p_max, points, found);
}

size_t edivisive(const double *values, size_t count, double p_max, struct change_point *points, bool *good)
{
    struct distances distances;
    size_t found = 0;
    *good = count <= EDIVISIVE_VALUES_MAX;
    for (size_t i = 0; *good && i < count; i++)
        *good = isfinite(values[i]);
    if (!*good || count < 2 * EDIVISIVE_SIDE_MIN)
        return 0;
    *good = distances_make(values, count, &distances);
    if (!*good)
        return 0;
    split(values, &distances, 0, count, p_max, points, &found);
    free(distances.sums);
    for (size_t i = 0; i < found; i++) {
        size_t from = i == 0 ? 0 : points[i - 1].at, to = i + 1 < found ? points[i + 1].at : count;
        points[i].p = student(values, from, points[i].at, to, &points[i].before, &points[i].after);
    }
    return found;
}
