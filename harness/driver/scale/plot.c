/* plot.c - see plot.h. */
#include "harness/driver/scale/plot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 24, DRAWS = 1000, SEED = 1 };

/* The data of a picture. kinds has a letter a block: what it holds. */
struct blocks {
    FILE *out;
    char *kinds;
    size_t count;
};

static void block_begin(struct blocks *blocks, char kind, const char *label)
{
    if (blocks->count > 0)
        fputs("\n\n", blocks->out);
    blocks->kinds[blocks->count++] = kind;
    blocks->kinds[blocks->count] = '\0';
    label_print(label, blocks->out);
    fputc('\n', blocks->out);
}

static void speedup_print(uint64_t threads, const struct scale_speedup *speedup, FILE *out)
{
    fprintf(out, "%" PRIu64 " %.6g %.6g %.6g\n", threads, speedup->middle,
            speedup->interval ? speedup->low : speedup->middle,
            speedup->interval ? speedup->high : speedup->middle);
}

static void measured_print(const struct scale_curve *curve, bool oversubscribed, struct blocks *blocks)
{
    bool begun = false;
    for (size_t i = 0; i < curve->step_count; i++) {
        const struct scale_step *step = &curve->steps[i];
        if (step->measured.rounds == 0 || step->oversubscribed != oversubscribed)
            continue;
        if (!begun && oversubscribed)
            block_begin(blocks, 'o', "measured, oversubscribed: more workers than processors");
        else if (!begun)
            block_begin(blocks, 'm', "measured, 95 % interval");
        begun = true;
        speedup_print(step->threads, &step->measured, blocks->out);
    }
}

static void projected_print(const struct scale_curve *curve, struct blocks *blocks)
{
    bool begun = false;
    for (size_t i = 0; i < curve->step_count; i++) {
        const struct scale_step *step = &curve->steps[i];
        if (step->projected.rounds == 0)
            continue;
        if (!begun)
            block_begin(blocks, 'p', "projected: each part run alone, nothing shared");
        begun = true;
        speedup_print(step->threads, &step->projected, blocks->out);
    }
}

/* Where trials failed, at the speedup of those that did not, or at 1. */
static void failed_print(const struct scale_curve *curve, struct blocks *blocks)
{
    bool begun = false;
    for (size_t i = 0; i < curve->step_count; i++) {
        const struct scale_step *step = &curve->steps[i];
        if (step->failed == 0)
            continue;
        if (!begun)
            block_begin(blocks, 'f', "some trials failed");
        begun = true;
        fprintf(blocks->out, "%" PRIu64 " %.6g\n", step->threads,
                step->measured.rounds > 0 ? step->measured.middle : 1.0);
    }
}

/* From the one number of processors to the other, evenly on a logarithmic axis. */
static void places_spread(struct scaling_place places[PLACES], double from, double to)
{
    for (size_t i = 0; i < PLACES; i++)
        places[i].processors = from * pow(to / from, (double)i / (PLACES - 1));
}

/* A speedup is one over a ratio; where the law gives none above 0, it ends. */
static void places_print(const struct scaling_place places[PLACES], FILE *out)
{
    for (size_t i = 0; i < PLACES && places[i].low > 0 && places[i].time > 0; i++)
        fprintf(out, "%.6g %.6g %.6g %.6g\n", places[i].processors, 1 / places[i].time, 1 / places[i].high,
                1 / places[i].low);
}

/* Points that a law was asked to fit, and how far they and the whole picture go. */
struct fitted {
    struct scaling_point points[SCALE_POINTS_MAX];
    size_t count;
    double least, most, last;
};

static bool part_print(enum scaling_model model, const struct fitted *fitted, double from, double to,
                       char kind, const char *label, struct blocks *blocks)
{
    struct scaling_place places[PLACES];
    places_spread(places, from, to);
    if (scaling_curve(model, fitted->points, fitted->count, DRAWS, SEED, places, PLACES) != SCALING_OK)
        return false;
    if (places[0].low <= 0 || places[0].time <= 0)
        return true;
    block_begin(blocks, kind, label);
    places_print(places, blocks->out);
    return true;
}

/* A law that cannot be fitted is not drawn. False: no memory. */
static bool law_print(const char *name, enum scaling_model model, const struct fitted *fitted,
                      struct blocks *blocks)
{
    char label[PLOT_TEXT_BYTES], beyond[PLOT_TEXT_BYTES];
    struct scaling_fit fit;
    enum scaling_refusal refusal = scaling_fit(model, fitted->points, fitted->count, DRAWS, SEED, &fit);
    if (refusal != SCALING_OK)
        return refusal != SCALING_NO_MEMORY;
    (void)snprintf(label, sizeof label, "%s with its 95 %% band: serial share %.3f (%.3f .. %.3f)%s", name,
                   fit.serial, fit.serial_low, fit.serial_high, fit.lack_p < 0.05 ? ", does not fit" : "");
    (void)snprintf(beyond, sizeof beyond, "projected by %s", name);
    char kind = model == SCALING_AMDAHL ? 'a' : 'u';
    return part_print(model, fitted, fitted->least, fitted->most, kind, label, blocks) &&
           (fitted->last <= fitted->most ||
            part_print(model, fitted, fitted->most, fitted->last, (char)(kind - 'a' + 'A'), beyond, blocks));
}

static void range_find(const struct scale_curve *curve, struct fitted *fitted)
{
    fitted->least = fitted->most = fitted->count > 0 ? fitted->points[0].processors : 0;
    for (size_t i = 0; i < fitted->count; i++) {
        fitted->least = fmin(fitted->least, fitted->points[i].processors);
        fitted->most = fmax(fitted->most, fitted->points[i].processors);
    }
    fitted->last = (double)curve->steps[curve->step_count - 1].threads;
}

static bool laws_print(const char *spec, const struct scale_curve *curve, const struct results *measured,
                       struct blocks *blocks, struct error *error)
{
    struct fitted *fitted = calloc(1, sizeof *fitted);
    if (fitted == NULL)
        return error_set(error, "no memory");
    fitted->count = scale_ratios(spec, measured, fitted->points);
    range_find(curve, fitted);
    bool good = law_print("Amdahl's law", SCALING_AMDAHL, fitted, blocks) &&
                law_print("universal scalability law", SCALING_USL, fitted, blocks);
    free(fitted);
    return good || error_set(error, "no memory");
}

bool scale_plot(const char *spec, const struct scale_curve *curve, const struct results *measured,
                struct drawing *drawing, struct error *error)
{
    if (curve->step_count == 0)
        return true;
    if (!drawing_open(drawing, error))
        return false;
    struct blocks blocks = {.out = drawing->out, .kinds = drawing->parameters[0]};
    drawing->parameters[0][0] = drawing->parameters[1][0] = '\0';
    measured_print(curve, false, &blocks);
    measured_print(curve, true, &blocks);
    projected_print(curve, &blocks);
    failed_print(curve, &blocks);
    bool good = laws_print(spec, curve, measured, &blocks, error);
    return drawing_end(drawing, good ? blocks.count : 0, error) && good;
}
