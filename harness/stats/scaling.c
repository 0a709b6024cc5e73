/* scaling.c - see scaling.h. Both models are linear in what is estimated, as times: GSL does the rest. */
#include "harness/stats/scaling.h"

#include "harness/stats/quantile.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

enum { PARAMETERS_MAX = 3 };

double karp_flatt(double speedup, double processors)
{
    return (1 / speedup - 1 / processors) / (1 - 1 / processors);
}

static size_t parameters(enum scaling_model model)
{
    return model == SCALING_AMDAHL ? 2 : 3;
}

size_t scaling_needed(enum scaling_model model)
{
    return parameters(model) + 1;
}

/* Everything for one least-squares problem. */
struct workspace {
    gsl_matrix *x, *covariance;
    gsl_vector *y, *weights, *found;
    gsl_multifit_linear_workspace *fit;
};

static void workspace_free(struct workspace *work)
{
    gsl_matrix_free(work->x);
    gsl_matrix_free(work->covariance);
    gsl_vector_free(work->y);
    gsl_vector_free(work->weights);
    gsl_vector_free(work->found);
    if (work->fit != NULL)
        gsl_multifit_linear_free(work->fit);
}

static bool workspace_make(struct workspace *work, size_t count, size_t unknowns)
{
    *work = (struct workspace){.x = gsl_matrix_alloc(count, unknowns),
                               .covariance = gsl_matrix_alloc(unknowns, unknowns),
                               .y = gsl_vector_alloc(count),
                               .weights = gsl_vector_alloc(count),
                               .found = gsl_vector_alloc(unknowns),
                               .fit = gsl_multifit_linear_alloc(count, unknowns)};
    if (work->x != NULL && work->covariance != NULL && work->y != NULL && work->weights != NULL &&
        work->found != NULL && work->fit != NULL)
        return true;
    workspace_free(work);
    return false;
}

/* The time on p processors is c[0] / p + c[1] + c[2] * (p - 1). */
static double term(size_t i, double processors)
{
    return i == 0 ? 1 / processors : i == 1 ? 1 : processors - 1;
}

static bool solve(struct workspace *work, const struct scaling_point *points, size_t count, size_t unknowns,
                  double found[PARAMETERS_MAX], double *squares)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < unknowns; j++)
            gsl_matrix_set(work->x, i, j, term(j, points[i].processors));
        gsl_vector_set(work->y, i, points[i].time);
        gsl_vector_set(work->weights, i, 1 / (points[i].time * points[i].time));
    }
    if (gsl_multifit_wlinear(work->x, work->weights, work->y, work->found, work->covariance, squares,
                             work->fit) != GSL_SUCCESS)
        return false;
    for (size_t j = 0; j < PARAMETERS_MAX; j++)
        found[j] = j < unknowns ? gsl_vector_get(work->found, j) : 0;
    return true;
}

static double serial_of(const double found[PARAMETERS_MAX])
{
    return found[1] / (found[0] + found[1]);
}

/* The weighted squares about the mean at each number of processors, and how many numbers there are. */
static double pure_error(const struct scaling_point *points, size_t count, size_t *groups)
{
    double squares = 0;
    *groups = 0;
    for (size_t i = 0; i < count; i++) {
        double weights = 0, sum = 0;
        bool first = true;
        for (size_t j = 0; j < count; j++) {
            if (points[j].processors != points[i].processors)
                continue;
            double weight = 1 / (points[j].time * points[j].time);
            first = first && j >= i;
            weights += weight;
            sum += weight * points[j].time;
        }
        double off = points[i].time - sum / weights;
        squares += off * off / (points[i].time * points[i].time);
        *groups += first;
    }
    return squares;
}

/* The chance of so much lack of fit beside the spread at the same number, if the model held. */
static double lack_of_fit(double squares, double pure, size_t count, size_t groups, size_t unknowns)
{
    double lack = fmax(0, squares - pure) / (double)(groups - unknowns);
    double spread = pure / (double)(count - groups);
    return spread > 0 ? gsl_cdf_fdist_Q(lack / spread, (double)(groups - unknowns), (double)(count - groups))
                      : (lack > 0 ? 0 : 1);
}

static size_t clusters_of(const struct scaling_point *points, size_t count)
{
    unsigned most = 0;
    for (size_t i = 0; i < count; i++)
        most = points[i].cluster > most ? points[i].cluster : most;
    return (size_t)most + 1;
}

/* A sample of as many clusters, with putting back; returns its number of points, at most `room`. */
static size_t draw(const struct scaling_point *points, size_t count, size_t clusters, gsl_rng *random,
                   struct scaling_point *drawn, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < clusters; i++) {
        unsigned cluster = (unsigned)gsl_rng_uniform_int(random, clusters);
        for (size_t j = 0; j < count && used < room; j++) {
            if (points[j].cluster == cluster)
                drawn[used++] = points[j];
        }
    }
    return used;
}

/* Whether there are at least so many different numbers of processors, PARAMETERS_MAX at most. */
static bool has_counts(const struct scaling_point *points, size_t count, size_t wanted)
{
    double seen[PARAMETERS_MAX];
    size_t known = 0;
    for (size_t i = 0; i < count && known < wanted; i++) {
        bool old = false;
        for (size_t j = 0; j < known; j++)
            old = old || seen[j] == points[i].processors;
        if (!old)
            seen[known++] = points[i].processors;
    }
    return known >= wanted;
}

/* The coefficients of drawn samples. */
struct drawn_fits {
    double (*found)[PARAMETERS_MAX]; /* owned */
    size_t count;
};

/* False, with nothing kept: no memory, or no sample that could be fitted. */
static bool fits_draw(const struct scaling_point *points, size_t count, size_t unknowns, size_t draws,
                      uint64_t seed, struct drawn_fits *fits)
{
    size_t clusters = clusters_of(points, count);
    struct scaling_point *drawn = malloc(clusters * count * sizeof *drawn);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    *fits = (struct drawn_fits){.found = malloc((draws + 1) * sizeof *fits->found)};
    bool good = drawn != NULL && fits->found != NULL && random != NULL;
    if (good)
        gsl_rng_set(random, (unsigned long)seed);
    for (size_t i = 0; good && i < draws; i++) {
        struct workspace work;
        double squares;
        size_t used = draw(points, count, clusters, random, drawn, clusters * count);
        if (!has_counts(drawn, used, unknowns))
            continue;
        good = workspace_make(&work, used, unknowns);
        if (good && solve(&work, drawn, used, unknowns, fits->found[fits->count], &squares))
            fits->count++;
        if (good)
            workspace_free(&work);
    }
    gsl_rng_free(random);
    free(drawn);
    if (good && fits->count > 0)
        return true;
    free(fits->found);
    return false;
}

/* Of the values of a figure, the middle 95 %; sorts them. */
static void middle_of(double *values, size_t count, double *low, double *high)
{
    median_sort(values, count);
    *low = values[(size_t)floor(0.025 * (double)(count - 1))];
    *high = values[(size_t)ceil(0.975 * (double)(count - 1))];
}

/* The middle 95 % of the serial shares of drawn samples. */
static bool interval(const struct scaling_point *points, size_t count, size_t unknowns, size_t draws,
                     uint64_t seed, struct scaling_fit *fit)
{
    struct drawn_fits fits;
    if (!fits_draw(points, count, unknowns, draws, seed, &fits))
        return false;
    double *shares = malloc(fits.count * sizeof *shares);
    for (size_t i = 0; shares != NULL && i < fits.count; i++)
        shares[i] = serial_of(fits.found[i]);
    bool good = shares != NULL;
    if (good)
        middle_of(shares, fits.count, &fit->serial_low, &fit->serial_high);
    free(shares);
    free(fits.found);
    return good;
}

static enum scaling_refusal check(const struct scaling_point *points, size_t count, size_t unknowns,
                                  size_t *groups, double *pure)
{
    *groups = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(points[i].time > 0) || !(points[i].processors >= 1))
            return SCALING_NO_MEMORY;
    }
    *pure = pure_error(points, count, groups);
    if (*groups <= unknowns)
        return SCALING_TOO_FEW_COUNTS;
    return count > *groups ? SCALING_OK : SCALING_TOO_FEW_POINTS;
}

/* What least squares give, once the points bear a fit. */
struct solution {
    double found[PARAMETERS_MAX], squares, pure;
    size_t groups;
};

static enum scaling_refusal solution_find(const struct scaling_point *points, size_t count, size_t unknowns,
                                          struct solution *solution)
{
    struct workspace work;
    enum scaling_refusal refusal = check(points, count, unknowns, &solution->groups, &solution->pure);
    if (refusal != SCALING_OK)
        return refusal;
    if (!workspace_make(&work, count, unknowns))
        return SCALING_NO_MEMORY;
    bool good = solve(&work, points, count, unknowns, solution->found, &solution->squares);
    workspace_free(&work);
    return good ? SCALING_OK : SCALING_NO_MEMORY;
}

enum scaling_refusal scaling_fit(enum scaling_model model, const struct scaling_point *points, size_t count,
                                 size_t draws, uint64_t seed, struct scaling_fit *fit)
{
    size_t unknowns = parameters(model);
    struct solution solution;
    *fit = (struct scaling_fit){.one = 0};
    enum scaling_refusal refusal = solution_find(points, count, unknowns, &solution);
    if (refusal != SCALING_OK)
        return refusal;
    double n = (double)count, k = (double)unknowns + 1; /* the spread is estimated too */
    fit->one = solution.found[0] + solution.found[1];
    fit->serial = serial_of(solution.found);
    fit->coherence = solution.found[2] / fit->one;
    fit->lack_p = lack_of_fit(solution.squares, solution.pure, count, solution.groups, unknowns);
    fit->aicc = n - k - 1 > 0
                    ? n * log(fmax(solution.squares, 1e-300) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
                    : (double)INFINITY;
    return interval(points, count, unknowns, draws, seed, fit) ? SCALING_OK : SCALING_NO_MEMORY;
}

static double time_at(const double found[PARAMETERS_MAX], double processors)
{
    double time = 0;
    for (size_t i = 0; i < PARAMETERS_MAX; i++)
        time += found[i] * term(i, processors);
    return time;
}

/* The middle 95 % of the times of drawn samples. */
static bool band(const struct drawn_fits *fits, struct scaling_place *places, size_t place_count)
{
    double *times = malloc(fits->count * sizeof *times);
    for (size_t i = 0; times != NULL && i < place_count; i++) {
        for (size_t j = 0; j < fits->count; j++)
            times[j] = time_at(fits->found[j], places[i].processors);
        middle_of(times, fits->count, &places[i].low, &places[i].high);
    }
    free(times);
    return times != NULL;
}

enum scaling_refusal scaling_curve(enum scaling_model model, const struct scaling_point *points, size_t count,
                                   size_t draws, uint64_t seed, struct scaling_place *places,
                                   size_t place_count)
{
    size_t unknowns = parameters(model);
    struct solution solution;
    struct drawn_fits fits;
    enum scaling_refusal refusal = solution_find(points, count, unknowns, &solution);
    if (refusal != SCALING_OK)
        return refusal;
    if (!fits_draw(points, count, unknowns, draws, seed, &fits))
        return SCALING_NO_MEMORY;
    for (size_t i = 0; i < place_count; i++)
        places[i].time = time_at(solution.found, places[i].processors);
    bool good = band(&fits, places, place_count);
    free(fits.found);
    return good ? SCALING_OK : SCALING_NO_MEMORY;
}
