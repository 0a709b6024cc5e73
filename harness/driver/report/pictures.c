/* pictures.c - see sections.h: the plots, each kind under its heading, with a sentence on how to read it. */
#include "harness/driver/report/sections.h"

#include "harness/driver/report/plots.h"

#include <string.h>

struct chapter {
    const char *kind, *heading, *sentence;
};

static const struct chapter chapters[] = {
    {"latency", "Latency by batch size",
     "Medians of the rounds' medians, with their 95 % intervals. A cross marks a batch at which trials "
     "failed."},
    {"cost", "Cost of an item by batch size",
     "The same medians, over the number of items. Small batches pay what a batch costs whatever its size; "
     "large ones what the caches no longer hold, and pages that the allocator gave back."},
    {"speedup", "Speedup by batch size",
     "Over the reference, paired within rounds, with 95 % intervals; a star on the line of 1 is where a "
     "strategy "
     "draws level for good."},
    {"threads", "Speedup by number of workers",
     "Over sequential of the same round. Full marks were measured on processors of their own, hollow circles "
     "with more workers than processors. What says projected was not measured: each part was run alone and "
     "nothing is shared in it, or a law goes on beyond what it was fitted to. The laws are fitted to the "
     "rounds' ratios, where there are enough numbers of workers; bands are of 95 %, by drawing rounds "
     "again."},
    {"distribution", "Distribution of single insertions",
     "All samples of all trials that ended well, at the largest batch: how many took at most so long. What "
     "the "
     "medians leave out shows at the upper right."},
    {"phases", "Phases",
     "Medians of the first worker's phases at the largest batch, as shares of their sum."},
    {"rates", "Rates of failure",
     "Trials that crashed, hung, were corrupt, lost or out of memory, over all cells of a strategy and "
     "allocator, and the exact 95 % interval (Clopper and Pearson). Where none failed, the bar ends at the "
     "rate "
     "that cannot be ruled out."},
    {"heat", "Strategies and allocators",
     "Speedup over the reference under the same allocator; empty where trials failed or none was measured."},
    {"doses", "Fewer arenas",
     "Times over those of the same round without a limit, with Student's 90 % intervals. If sharing an arena "
     "slowed an insertion, lines would rise to the left, but not that of one thread."},
    {"history", "Night by night",
     "Times over sequential of the same run, of the cells that changed their level; vertical lines stand "
     "where "
     "they did."},
};

static bool has_any(const struct plots *plots, const char *kind)
{
    for (size_t i = 0; plots != NULL && i < plots->count; i++) {
        if (strcmp(plots->items[i].kind, kind) == 0)
            return true;
    }
    return false;
}

static void chapter_tell(const struct plots *plots, const struct chapter *chapter, struct doc *doc)
{
    if (!has_any(plots, chapter->kind))
        return;
    doc_heading(doc, 3, "%s", chapter->heading);
    doc_paragraph(doc, "%s", chapter->sentence);
    for (size_t i = 0; i < plots->count; i++) {
        if (strcmp(plots->items[i].kind, chapter->kind) == 0)
            doc_plot(doc, plots->items[i].path, plots->items[i].caption);
    }
}

void section_pictures_of(const struct report *report, const char *kind, struct doc *doc)
{
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        if (strcmp(chapters[i].kind, kind) == 0)
            chapter_tell(report->plots, &chapters[i], doc);
    }
}

void section_plots(const struct report *report, struct doc *doc)
{
    static const char *const kinds[] = {"latency",      "cost",   "speedup", "threads",
                                        "distribution", "phases", "rates",   "history"};
    if (report->plots == NULL || report->plots->count == 0)
        return;
    doc_heading(doc, 2, "In pictures");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        section_pictures_of(report, kinds[i], doc);
    if (report->plots->left_out > 0)
        doc_paragraph(doc, "%zu more were left out.", report->plots->left_out);
}
