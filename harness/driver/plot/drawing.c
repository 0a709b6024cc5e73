/* drawing.c - see drawing.h. */
#include "harness/driver/plot/drawing.h"

#include "harness/driver/text.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LABEL_BYTES = 1024, ARGUMENTS = 8 };

/* U+FFFE and U+FFFF stand in no XML. */
static void noncharacters_replace(char *text)
{
    for (char *at = text; (at = strstr(at, "\xef\xbf")) != NULL; at += 2) {
        if (at[2] == '\xbe' || at[2] == '\xbf')
            memset(at, '?', 3);
    }
}

void label_print(const char *text, FILE *out)
{
    char label[LABEL_BYTES];
    (void)snprintf(label, sizeof label, "%s", text);
    text_make_plain(label);
    noncharacters_replace(label);
    fputc('"', out);
    for (const char *at = label; *at != '\0'; at++)
        fputc(*at == '"' || *at == '\\' ? '?' : *at, out);
    fputc('"', out);
}

static bool plot_add(struct plots *plots)
{
    if (plots->count == plots->room) {
        size_t room = plots->room == 0 ? 8 : 2 * plots->room;
        struct plot *items = realloc(plots->items, room * sizeof *items);
        if (items == NULL)
            return false;
        plots->items = items;
        plots->room = room;
    }
    plots->count++;
    return true;
}

bool drawing_begin(struct drawing *drawing, const char *program, const char *folder, bool png,
                   struct plots *plots, struct error *error)
{
    static const char here[] = "scripts/plots";
    const char *end = strrchr(program, '/');
    int used = end == NULL ? -1
                           : snprintf(drawing->scripts, sizeof drawing->scripts, "%.*s/../%s",
                                      (int)(end - program), program, here);
    bool beside = used > 0 && (size_t)used < sizeof drawing->scripts && access(drawing->scripts, R_OK) == 0;
    if (!beside)
        memcpy(drawing->scripts, here, sizeof here);
    drawing->folder = folder;
    drawing->png = png;
    drawing->plots = plots;
    return mkdir(folder, 0777) == 0 || errno == EEXIST || error_errno(error, "cannot make %s", folder);
}

static size_t drawn_of(const struct drawing *drawing)
{
    size_t count = 0;
    for (size_t i = 0; i < drawing->plots->count; i++)
        count += strcmp(drawing->plots->items[i].kind, drawing->kind) == 0;
    return count;
}

bool drawing_open(struct drawing *drawing, struct error *error)
{
    size_t number = drawn_of(drawing) + 1;
    const char *folder = drawing->folder, *kind = drawing->kind;
    int used[] = {snprintf(drawing->data, PATH_MAX, "%s/%s-%zu.dat", folder, kind, number),
                  snprintf(drawing->picture, PATH_MAX, "%s/%s-%zu.svg", folder, kind, number),
                  snprintf(drawing->bitmap, PATH_MAX, "%s/%s-%zu.png", folder, kind, number),
                  snprintf(drawing->script, PATH_MAX, "%s/%s.gp", drawing->scripts, kind)};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        if (used[i] < 0 || used[i] >= PATH_MAX)
            return error_set(error, "too long a path: %.200s", folder);
    }
    drawing->out = fopen(drawing->data, "we");
    return drawing->out != NULL || error_errno(error, "%s", drawing->data);
}

/* gnuplot's words, NULL behind the last. */
static void words_of(struct drawing *drawing, char *picture, char *words[ARGUMENTS + 1])
{
    static char gnuplot[] = "gnuplot", with_arguments[] = "-c";
    char *const all[ARGUMENTS] = {gnuplot, with_arguments, drawing->script,        drawing->data,
                                  picture, drawing->title, drawing->parameters[0], drawing->parameters[1]};
    memcpy(words, all, sizeof all);
    words[ARGUMENTS] = NULL;
}

static bool gnuplot_run(struct drawing *drawing, char *picture, struct error *error)
{
    char *words[ARGUMENTS + 1];
    pid_t child = 0;
    int status = 0;
    words_of(drawing, picture, words);
    int failed = posix_spawnp(&child, words[0], NULL, NULL, words, environ);
    if (failed != 0) {
        errno = failed;
        return error_errno(error, "cannot start gnuplot (scripts/install.sh report)");
    }
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return error_errno(error, "cannot wait for gnuplot");
    }
    return status == 0 ||
           error_set(error, "gnuplot could not draw %.200s by %.200s", drawing->data, drawing->script);
}

/* Between quotes of the shell. */
static void word_print(const char *word, FILE *out)
{
    fputs(" '", out);
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    }
    fputc('\'', out);
}

/* A comment is one line: the paths of a folder with a newline in it cannot be told. */
static void command_print(struct drawing *drawing, FILE *out)
{
    char *words[ARGUMENTS + 1];
    words_of(drawing, drawing->picture, words);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strchr(words[i], '\n') != NULL)
            return;
    }
    fputs("# again: gnuplot -c", out);
    for (size_t i = 2; words[i] != NULL; i++)
        word_print(words[i], out);
    fputc('\n', out);
}

bool drawing_end(struct drawing *drawing, size_t lines, struct error *error)
{
    text_make_plain(drawing->title);
    noncharacters_replace(drawing->title);
    command_print(drawing, drawing->out);
    bool written = ferror(drawing->out) == 0;
    if (fclose(drawing->out) != 0 || !written)
        return error_errno(error, "cannot write %s", drawing->data);
    if (lines == 0)
        return unlink(drawing->data) == 0 || error_errno(error, "cannot remove %s", drawing->data);
    if (drawing->plots->count == PLOTS_MAX) {
        drawing->plots->left_out++;
        return true;
    }
    if (!gnuplot_run(drawing, drawing->picture, error) ||
        (drawing->png && !gnuplot_run(drawing, drawing->bitmap, error)))
        return false;
    if (!plot_add(drawing->plots))
        return error_set(error, "no memory");
    struct plot *plot = &drawing->plots->items[drawing->plots->count - 1];
    plot->kind = drawing->kind;
    memcpy(plot->path, drawing->picture, sizeof plot->path);
    memcpy(plot->caption, drawing->title, sizeof plot->caption);
    return true;
}

void plots_free(struct plots *plots)
{
    free(plots->items);
    *plots = (struct plots){0};
}
