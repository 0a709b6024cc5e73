/* standing.c - see sections.h: whether the criteria stood before the results that are judged by them. */
#include "harness/driver/report/sections.h"

#include <string.h>

static const char *recorded_text(const struct report_run *run, const char *name)
{
    return json_string_value(json_object_get(json_object_get(run->results.run, "criteria"), name));
}

static enum standing standing_of(const struct report_run *run, const struct criteria *criteria)
{
    const char *hash = recorded_text(run, "hash");
    if (hash == NULL)
        return STANDING_NONE;
    return strcmp(hash, criteria->hash) == 0 ? STANDING_RECORDED : STANDING_OTHER;
}

enum standing report_standing(const struct report *report)
{
    enum standing worst = STANDING_RECORDED;
    for (size_t i = 0; i < report->run_count; i++) {
        enum standing standing = standing_of(&report->runs[i], report->criteria);
        worst = standing > worst ? standing : worst;
    }
    return worst;
}

static void run_tell(const struct report_run *run, size_t number, const struct criteria *criteria,
                     struct doc *doc)
{
    const char *name = recorded_text(run, "name");
    switch (standing_of(run, criteria)) {
    case STANDING_RECORDED:
        doc_paragraph(doc, "Run %zu recorded these criteria before its first trial.", number);
        break;
    case STANDING_NONE:
        doc_paragraph(doc, "Run %zu recorded no criteria: these may have been chosen after its results.",
                      number);
        break;
    case STANDING_OTHER:
        doc_paragraph(
            doc,
            "Run %zu is judged by other criteria than those that it recorded before its first trial "
            "(%s, hash %s): these may have been chosen after its results.",
            number, name == NULL ? "of no name" : name, recorded_text(run, "hash"));
        break;
    }
}

void section_standing(const struct report *report, struct doc *doc)
{
    size_t none = 0, recorded = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        enum standing standing = standing_of(&report->runs[i], report->criteria);
        none += standing == STANDING_NONE;
        recorded += standing == STANDING_RECORDED;
    }
    if (none == report->run_count)
        doc_paragraph(doc, "No run recorded criteria: these may have been chosen after the results.");
    else if (recorded == report->run_count)
        doc_paragraph(doc, "Every run recorded these criteria before its first trial.");
    else
        for (size_t i = 0; i < report->run_count; i++)
            run_tell(&report->runs[i], i + 1, report->criteria, doc);
}
