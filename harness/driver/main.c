/* main.c - triebench, the driver: finds the subcommand and calls it. */
#include "harness/driver/arenas/arenas.h"
#include "harness/driver/compare/compare.h"
#include "harness/driver/doctor/doctor.h"
#include "harness/driver/exit_status.h"
#include "harness/driver/explain/explain.h"
#include "harness/driver/export/export.h"
#include "harness/driver/history/history.h"
#include "harness/driver/list.h"
#include "harness/driver/report/report.h"
#include "harness/driver/repro/repro.h"
#include "harness/driver/run.h"
#include "harness/driver/scale/scale.h"
#include "harness/driver/selftest/selftest.h"
#include "harness/driver/suggest.h"
#include "harness/driver/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both signatures of a subcommand; one of the two is set. */
struct command {
    const char *name, *sentence;
    int (*main)(int argc, char **argv);
    int (*main_named)(const char *program, int argc, char **argv);
};

static const struct command commands[] = {
    {.name = "run",
     .sentence = "measure strategies under allocators, and print the table",
     .main_named = run_main},
    {.name = "list",
     .sentence = "what can be measured: strategies, allocators, workloads",
     .main = list_main},
    {.name = "explain",
     .sentence = "which factors a crash follows, and which it does not",
     .main_named = explain_main},
    {.name = "arenas",
     .sentence = "whether sharing or exhausting an allocator's arenas slows or crashes insertion",
     .main_named = arenas_main},
    {.name = "scale",
     .sentence = "how strategies speed up with their workers, here and beyond",
     .main_named = scale_main},
    {.name = "repro", .sentence = "the earlier study, claim by claim", .main_named = repro_main},
    {.name = "compare",
     .sentence = "what changed between two runs, and whether that matters",
     .main_named = compare_main},
    {.name = "report",
     .sentence = "which strategies to accept and which to reject, on what evidence",
     .main_named = report_main},
    {.name = "export", .sentence = "a run in the format of another tool", .main = export_main},
    {.name = "history",
     .sentence = "a run behind those of before, and where a cell changed",
     .main_named = history_main},
    {.name = "selftest", .sentence = "how far the comparison can be trusted", .main_named = selftest_main},
    {.name = "doctor", .sentence = "what on this machine will blur the figures", .main = doctor_main},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void help_print(FILE *out)
{
    fputs(
        "Usage: triebench COMMAND [OPTION...]\n\n"
        "Benchmarks strategies of bulk insertion into a trie under several allocators, crashes included.\n\n",
        out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].sentence);
    fputs("  help      this text; `triebench COMMAND --help` tells a command's options\n"
          "  --version\n\n"
          "To begin with: triebench run --alloc glibc,jemalloc --strategy sequential,thread-local --batch "
          "1000\n",
          out);
}

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static int unknown_tell(const char *name)
{
    const char *names[COMMANDS + 1] = {"help"};
    for (size_t i = 0; i < COMMANDS; i++)
        names[i + 1] = commands[i].name;
    const char *near = suggest(name, names, COMMANDS + 1);
    const char *what = name[0] == '-' ? "option" : "command";
    if (near != NULL)
        fprintf(stderr, "triebench: unknown %s '%.60s'; did you mean '%s'?\n", what, name, near);
    else
        fprintf(stderr, "triebench: unknown %s '%.60s'; `triebench help` lists what there is\n", what, name);
    return EXIT_USAGE;
}

static int dispatch(const char *program, int argc, char **argv)
{
    const struct command *command = command_find(argv[0]);
    if (command == NULL)
        return unknown_tell(argv[0]);
    return command->main != NULL ? command->main(argc, argv) : command->main_named(program, argc, argv);
}

static int main_status(int argc, char **argv)
{
    if (argc < 2) {
        help_print(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || (strcmp(word, "help") == 0 && argc == 2)) {
        help_print(stdout);
        return EXIT_PASS;
    }
    if (strcmp(word, "--version") == 0) {
        printf("triebench %s%s%s%s\n", version_tool(), version_commit()[0] == '\0' ? "" : " ",
               version_commit(), version_dirty() ? " (changed)" : "");
        return EXIT_PASS;
    }
    if (strcmp(word, "help") == 0) { /* `triebench help run` is `triebench run --help` */
        char *words[] = {argv[2], (char[]){"--help"}, NULL};
        return dispatch(argv[0], 2, words);
    }
    return dispatch(argv[0], argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    /* libdw would ask servers for what it does not find, while a worker stands still for it. */
    (void)unsetenv("DEBUGINFOD_URLS");
    int status = main_status(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("triebench: standard output");
        return EXIT_USAGE;
    }
    return status;
}
