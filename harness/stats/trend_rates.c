/* trend_rates.c - see trend.h: Cochran-Armitage. */
#include "harness/stats/trend.h"

#include "harness/stats/trend_exact.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* Tables that are equally extreme must count as such although their sums are rounded. */
#define ROUNDING 1e-9

/* The data, and what follows from it. */
struct rates {
    const uint64_t *events, *trials;
    const double *scores;
    size_t groups;
    uint64_t events_all, trials_all;
    double rate, mean_score, spread; /* spread: sum of trials * (score - mean)^2 */
};

static bool rates_sum(struct rates *rates)
{
    double weighted = 0;
    for (size_t i = 0; i < rates->groups; i++) {
        if (rates->trials[i] > UINT32_MAX || rates->events[i] > rates->trials[i] ||
            !isfinite(rates->scores[i]))
            return false;
        rates->events_all += rates->events[i];
        rates->trials_all += rates->trials[i];
        weighted += (double)rates->trials[i] * rates->scores[i];
    }
    if (rates->events_all == 0 || rates->events_all == rates->trials_all || rates->trials_all > UINT32_MAX)
        return false;
    rates->rate = (double)rates->events_all / (double)rates->trials_all;
    rates->mean_score = weighted / (double)rates->trials_all;
    for (size_t i = 0; i < rates->groups; i++) {
        double off = rates->scores[i] - rates->mean_score;
        rates->spread += (double)rates->trials[i] * off * off;
    }
    return rates->spread > 0;
}

/* How many ways there are to spread the events over the groups, at most: all but one group are free. */
static double rates_ways(const struct rates *rates)
{
    double ways = 1, most = 1;
    for (size_t i = 0; i < rates->groups; i++) {
        double free_ways = fmin((double)rates->trials[i], (double)rates->events_all) + 1;
        ways *= free_ways;
        most = fmax(most, free_ways);
    }
    return ways / most;
}

/* The walk over all tables: binomial probabilities at one rate, of which only those with as many events
 * count. */
struct tables {
    const struct rates *rates;
    size_t last; /* the group whose events follow from the others' */
    double wanted, all, at_least, at_most;
};

static void tables_count(struct tables *tables, uint64_t left, double probability, double sum)
{
    const struct rates *rates = tables->rates;
    if (left > rates->trials[tables->last])
        return;
    probability *= gsl_ran_binomial_pdf((unsigned)left, rates->rate, (unsigned)rates->trials[tables->last]);
    sum += (double)left * (rates->scores[tables->last] - rates->mean_score);
    double slack = ROUNDING * sqrt(rates->spread);
    tables->all += probability;
    tables->at_least += sum >= tables->wanted - slack ? probability : 0;
    tables->at_most += sum <= tables->wanted + slack ? probability : 0;
}

static void tables_walk(struct tables *tables, size_t group, uint64_t left, double probability, double sum)
{
    const struct rates *rates = tables->rates;
    if (group == rates->groups) {
        tables_count(tables, left, probability, sum);
        return;
    }
    if (group == tables->last) {
        tables_walk(tables, group + 1, left, probability, sum);
        return;
    }
    unsigned trials = (unsigned)rates->trials[group];
    for (uint64_t k = 0; k <= left && k <= trials; k++) {
        double here = gsl_ran_binomial_pdf((unsigned)k, rates->rate, trials);
        tables_walk(tables, group + 1, left - k, probability * here,
                    sum + (double)k * (rates->scores[group] - rates->mean_score));
    }
}

static size_t largest_group(const struct rates *rates)
{
    size_t largest = 0;
    for (size_t i = 1; i < rates->groups; i++)
        largest = rates->trials[i] > rates->trials[largest] ? i : largest;
    return largest;
}

bool trend_cochran_armitage(const uint64_t *events, const uint64_t *trials, const double *scores,
                            size_t groups, struct trend_test *out)
{
    *out = (struct trend_test){.p_increasing = 1, .p_two_sided = 1};
    struct rates rates = {.events = events, .trials = trials, .scores = scores, .groups = groups};
    if (groups > TREND_GROUPS_MAX || !rates_sum(&rates))
        return false;
    for (size_t i = 0; i < groups; i++)
        out->statistic += (double)events[i] * (scores[i] - rates.mean_score);
    out->z = out->statistic / sqrt(rates.rate * (1 - rates.rate) * rates.spread);
    if (rates_ways(&rates) <= TREND_WAYS_MAX) {
        struct tables tables = {.rates = &rates, .last = largest_group(&rates), .wanted = out->statistic};
        tables_walk(&tables, 0, rates.events_all, 1, 0);
        trend_settle(out, tables.at_least / tables.all, tables.at_most / tables.all);
    } else {
        trend_settle_normal(out);
    }
    return true;
}
