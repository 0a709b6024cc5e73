/* judge.h - from pairs to verdicts: the floor, families, corrections, and what decides. */
#ifndef HARNESS_DRIVER_COMPARE_JUDGE_H
#define HARNESS_DRIVER_COMPARE_JUDGE_H

#include "harness/common/error.h"
#include "harness/driver/compare/pairs.h"
#include "harness/driver/exit_status.h"

/* What it is judged by unless told. */
#define COMPARE_MARGIN 0.03
#define COMPARE_LEVEL  0.05

/* What it is judged by. Shares. */
struct compare_criteria {
    double margin, level;
    const struct waivers *waivers;  /* what is put up with; NULL: nothing */
    const struct comparison *first; /* a look before this one, whose floors hold; NULL: they are measured */
};

/* How far `sequential` was from itself in one batch size: share, the larger over the smaller less one. */
struct compare_floor {
    uint64_t batch;
    double share;
};

struct compare_family {
    const struct pair *first;
    size_t pairs; /* with PAIR_TIMES */
    double p;     /* corrected for all families */
};

struct comparison {
    struct compare_criteria criteria;
    struct pairs pairs;
    struct compare_floor *floors; /* one an A/A pair of either side */
    size_t floor_count;
    double floor; /* the largest; -1: no A/A was measured */
    struct compare_family *families;
    size_t family_count;
    size_t rounds_needed; /* for any single cell to be told from nothing */
    size_t rounds;        /* pairs of the cell that has most */
    size_t verdicts[4];   /* of enum verdict */
    size_t crashes;       /* new, in a new way, or more often */
    size_t refused, only_before, only_after;
    size_t waived;                      /* regressions that do not count */
    const struct pair *worst;           /* what the status follows from; NULL where nothing stands out */
    double second_level;                /* what was kept back for a second look; 0: there is but one */
    size_t second_cells, second_rounds; /* that it took; 0: nothing was measured again */
    enum exit_status status;
};

/*
 * Pairs the rows of both sides and judges each cell by the larger of the margin and its floor. The twins of
 * an A/A are not compared but give the floor; each side's rows, whole, with their own number.
 * Errors: false, *comparison empty: no memory, too many cells. The results must outlive it.
 */
bool compare_judge(const struct result_row *const *before, size_t before_count,
                   const struct result_row *const *after, size_t after_count, bool builds,
                   const struct compare_criteria *criteria, struct comparison *comparison,
                   struct error *error);

/*
 * Whether a cell is open after the first look: nothing failed, and times do not decide.
 */
bool pair_is_open(const struct pair *pair);

/*
 * Puts what a second look found, which was judged by itself, in the place of what the first left open, and
 * settles the status anew. second, and the results of both, must outlive first.
 */
void comparison_join(struct comparison *first, const struct comparison *second);

void comparison_free(struct comparison *comparison);

/* One line: what the status follows from. text[size]. */
void comparison_why(const struct comparison *comparison, char *text, size_t size);

/* "regressed", "crash appeared" ... */
const char *pair_verdict(const struct pair *pair);

/* The least regression (a share) that would be found nine times in ten in this cell alone; -1: not known. */
double pair_detects(const struct pair *pair);

/* Whether it is one of those that make compare end with EXIT_CRASHED. */
bool pair_is_crash(const struct pair *pair);

/* "facts, batch 1000, 2 threads, interned, expressions, core". Returns its length as snprintf() does. */
int pair_text(const struct pair *pair, char *text, size_t size);

/* "thread-local:pool=spin on jemalloc:narenas=1". */
int pair_family_text(const struct pair *pair, char *text, size_t size);

#endif
