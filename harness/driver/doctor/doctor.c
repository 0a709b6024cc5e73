/* doctor.c - see doctor.h: reads, probes, judges, and prints. */
#include "harness/driver/doctor/doctor.h"

#include "harness/driver/cli.h"
#include "harness/driver/doctor/judge.h"
#include "harness/driver/exit_status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct doctor_options {
    bool json;
};

static const struct cli_option options[] = {
    {.name = "json",
     .sentence = "print one JSON object",
     .kind = CLI_FLAG,
     .offset = offsetof(struct doctor_options, json)},
};

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

static int print_help(void)
{
    puts("usage: triebench doctor [--json]\n"
         "\n"
         "Looks for what on this machine will blur the figures: for each thing what was seen, why it matters "
         "and what\n"
         "to do. Changes nothing. Exit status: 0, or 5 if measuring here is pointless.\n");
    cli_help(stdout, options, OPTION_COUNT);
    return EXIT_PASS;
}

static void print_text(const struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct finding *finding = &diagnosis->findings[i];
        printf("%-5s %-17s %s\n", finding_level_name(finding->level), finding->id, finding->seen);
        if (finding->why != NULL)
            printf("%24swhy: %s\n", "", finding->why);
        if (finding->advice[0] != '\0')
            printf("%24sdo:  %s\n", "", finding->advice);
    }
    printf("\n%zu ok, %zu to note, %zu bad: ", diagnosis_count(diagnosis, FINDING_OK),
           diagnosis_count(diagnosis, FINDING_NOTE), diagnosis_count(diagnosis, FINDING_BAD));
    if (diagnosis_fit(diagnosis)) {
        puts("fit to measure");
        return;
    }
    printf("measuring here is pointless, because of");
    for (size_t i = 0; i < diagnosis->count; i++)
        if (diagnosis->findings[i].unfit)
            printf(" %s", diagnosis->findings[i].id);
    putchar('\n');
}

static json_t *finding_json(const struct finding *finding)
{
    return json_pack("{s:s, s:s, s:b, s:s, s:s?, s:s?}", "id", finding->id, "level",
                     finding_level_name(finding->level), "unfit", (int)finding->unfit, "seen", finding->seen,
                     "why", finding->why, "advice", finding->advice[0] != '\0' ? finding->advice : NULL);
}

static bool print_json(const struct diagnosis *diagnosis)
{
    json_t *findings = json_array();
    bool good = findings != NULL;
    for (size_t i = 0; good && i < diagnosis->count; i++)
        good = json_array_append_new(findings, finding_json(&diagnosis->findings[i])) == 0;
    json_t *whole =
        good ? json_pack("{s:b, s:O}", "fit", (int)diagnosis_fit(diagnosis), "findings", findings) : NULL;
    good = whole != NULL && json_dumpf(whole, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(whole);
    json_decref(findings);
    return good;
}

/* Checks the one output stream at the end: what could not be written was not said. */
static bool flushed(void)
{
    return fflush(stdout) == 0 && ferror(stdout) == 0;
}

int doctor_main(int argc, char **argv)
{
    struct doctor_options chosen = {0};
    struct error error = {{0}};
    bool help = false;
    if (!cli_read(options, OPTION_COUNT, argc > 0 ? argc - 1 : 0, argv + 1, &chosen, &help, &error)) {
        fprintf(stderr, "triebench doctor: %s\n", error.text);
        return EXIT_USAGE;
    }
    if (help)
        return print_help();

    const char *sysroot = getenv("TRIEBENCH_SYSROOT");
    bool here = sysroot == NULL || strcmp(sysroot, "") == 0 || strcmp(sysroot, "/") == 0;
    struct doctor_facts facts;
    struct doctor_probes probes = {0};
    struct diagnosis diagnosis;
    doctor_facts_read(here ? "" : sysroot, &facts);
    if (here)
        doctor_probe(facts.pin, &probes);
    doctor_judge(&facts, &probes, &diagnosis);

    bool printed = true;
    if (chosen.json)
        printed = print_json(&diagnosis);
    else
        print_text(&diagnosis);
    if (!printed || !flushed()) {
        fputs("triebench doctor: could not write the findings\n", stderr);
        return EXIT_USAGE;
    }
    return diagnosis_fit(&diagnosis) ? EXIT_PASS : EXIT_UNFIT;
}
