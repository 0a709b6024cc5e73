/* print.c - see print.h. */
#include "harness/driver/scale/print.h"

#include <inttypes.h>
#include <math.h>

static void print_speedup(const struct scale_speedup *speedup, FILE *out)
{
    char interval[48] = "-";
    if (speedup->rounds == 0) {
        fprintf(out, "  %9s %7s %15s", "-", "-", "-");
        return;
    }
    if (speedup->interval)
        snprintf(interval, sizeof interval, "%.2f .. %.2f", speedup->low, speedup->high);
    fprintf(out, "  %9.1f %6.2fx %15s", speedup->time_ns / 1e3, speedup->middle, interval);
}

static void print_step(const struct scale_step *step, FILE *out)
{
    fprintf(out, "  %c%6" PRIu64, step->oversubscribed ? 'o' : ' ', step->threads);
    print_speedup(&step->measured, out);
    if (step->threads > 1 && step->measured.rounds > 0 && !step->oversubscribed)
        fprintf(out, " %8.3f", karp_flatt(step->measured.middle, (double)step->threads));
    else
        fprintf(out, " %8s", "-");
    print_speedup(&step->projected, out);
    if (step->serial >= 0)
        fprintf(out, " %8.4f %8.1fx", step->serial, 1 / fmax(step->serial, 1e-9));
    if (step->failed > 0)
        fprintf(out, "  %zu trials failed", step->failed);
    fputc('\n', out);
}

static void print_refusal(const char *name, enum scaling_model model, enum scaling_refusal refusal, FILE *out)
{
    fprintf(out, "  %s: not fitted: ", name);
    if (refusal == SCALING_TOO_FEW_COUNTS)
        fprintf(out, "it takes %zu different numbers of workers on cores of their own\n",
                scaling_needed(model));
    else
        fputs(refusal == SCALING_TOO_FEW_POINTS ? "it takes several trials of each number of workers\n"
                                                : "no memory\n",
              out);
}

static void print_fit(const char *name, const struct scaling_fit *fit, FILE *out)
{
    fprintf(out, "  %s: serial share %.4f (%.4f .. %.4f)", name, fit->serial, fit->serial_low,
            fit->serial_high);
    if (fit->coherence != 0)
        fprintf(out, ", coherence %.2g", fit->coherence);
    fprintf(out, "; %s (lack of fit p = %.2g), AICc %.1f\n",
            fit->lack_p < 0.05 ? "it does not fit" : "it fits", fit->lack_p, fit->aicc);
}

void scale_print(const struct scale_curve *curve, uint64_t cores, FILE *out)
{
    fprintf(out, "\n%s%s%s, %" PRIu64 " cores\n", curve->strategy, curve->options[0] != '\0' ? ":" : "",
            curve->options, cores);
    fprintf(out, "  %7s  %-34s %8s  %-34s\n", "", "measured", "", "projected, nothing shared");
    fprintf(out, "  %7s  %9s %7s %15s %8s  %9s %7s %15s %8s %9s\n", "threads", "us", "vs seq.", "95 %",
            "serial", "us", "vs seq.", "95 %", "serial", "at most");
    for (size_t i = 0; i < curve->step_count; i++)
        print_step(&curve->steps[i], out);
    if (curve->amdahl_refusal == SCALING_OK)
        print_fit("Amdahl", &curve->amdahl, out);
    else
        print_refusal("Amdahl", SCALING_AMDAHL, curve->amdahl_refusal, out);
    if (curve->usl_refusal == SCALING_OK)
        print_fit("universal scalability law", &curve->usl, out);
    else
        print_refusal("universal scalability law", SCALING_USL, curve->usl_refusal, out);
}

void scale_print_legend(double handoff_ns, FILE *out)
{
    fprintf(
        out,
        "\nvs seq.: times as fast as `sequential` in the same rounds. serial, measured: Karp and Flatt's "
        "share, "
        "which explains\nthe speed-up if nothing else stood in its way. Projected: each worker's part of a "
        "job "
        "was run by itself, one behind\nthe other; a sample then takes what is outside the parts, the "
        "longest "
        "part of each job, and %.2f us for each worker\nthat is handed work. No cache, memory, or lock is "
        "shared in it: a bound, not a promise. serial, projected: what is\noutside the parts, of all the "
        "work; at most: Amdahl's bound by it. o: more workers than cores; they take turns.\n",
        handoff_ns / 1e3);
}
