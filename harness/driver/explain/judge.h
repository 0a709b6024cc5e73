/* judge.h - what follows from the counts of crashes: the verdict of each row, and of each factor. */
#ifndef HARNESS_DRIVER_EXPLAIN_JUDGE_H
#define HARNESS_DRIVER_EXPLAIN_JUDGE_H

#include "harness/driver/explain/rows.h"

/*
 * Fills p, differs and verdict of all rows but the first. A crash
 *   follows          where the rates differ (Fisher, two-sided, after Holm over all rows: p < 0.05) and one
 * of them is at most a quarter of the other: the crash vanishes, or appears does not follow  where it does
 * not vanish: with the change it is seen more often than never (Fisher against as many trials without a
 * crash: p < 0.05) cannot tell      otherwise: too few trials, or none
 */
void explain_judge(struct explain_rows *rows);

/* Of the rows of a factor together: it follows if it does in one of them, does not if it does in none and
 * is known not to in all. */
enum explain_verdict explain_factor(const struct explain_rows *rows, const char *factor);

#endif
