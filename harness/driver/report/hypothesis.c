/* hypothesis.c - see sections.h: what a strategy was expected to do, in front of what it did. */
#include "harness/driver/report/sections.h"

#include <string.h>

static const char *recorded_text(const struct subject *subject)
{
    const json_t *of = json_object_get(subject->run->results.run, "hypotheses");
    return json_string_value(json_object_get(of, subject->cells[0].cell->row->strategy));
}

/* Of the worker that was built, which may be of another day than the runs. */
static const char *stated_text(const struct report *report, const struct subject *subject)
{
    const struct catalogue_strategy *found =
        report->catalogue == NULL ? NULL
                                  : catalogue_find(report->catalogue, subject->cells[0].cell->row->strategy);
    return found == NULL ? NULL : found->hypothesis;
}

void section_hypothesis(const struct report *report, const struct subject *subjects, size_t count,
                        struct doc *doc)
{
    const char *told = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *text = recorded_text(&subjects[i]);
        if (text == NULL || (told != NULL && strcmp(text, told) == 0))
            continue;
        doc_paragraph(doc, "Hypothesis (recorded by run %zu before its first trial): %s",
                      subjects[i].run_number + 1, text);
        told = text;
    }
    if (told != NULL)
        return;
    const char *text = stated_text(report, &subjects[0]);
    if (text != NULL)
        doc_paragraph(doc, "Hypothesis (as the strategy states it today; no run recorded one): %s", text);
    else
        doc_paragraph(doc, "Hypothesis: none was recorded, and none is known of this strategy.");
}
