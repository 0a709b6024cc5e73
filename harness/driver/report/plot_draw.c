/* plot_draw.c - see plot_parts.h: a data file, and gnuplot over it. */
#include "harness/driver/report/plot_parts.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME_BYTES = 2 * CELL_TEXT_BYTES };

void label_print(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        bool bad = (unsigned char)*text < 0x20 || *text == 0x7f || *text == '"' || *text == '\\';
        fputc(bad ? '?' : *text, out);
    }
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

static size_t drawn_of(const struct drawing *drawing)
{
    char name[64];
    size_t count = 1;
    int length = snprintf(name, sizeof name, "/%s-", drawing->kind);
    for (size_t i = 0; i < drawing->plots->count; i++) {
        const char *file = strrchr(drawing->plots->items[i].path, '/');
        count += file != NULL && strncmp(file, name, (size_t)length) == 0;
    }
    return count;
}

bool drawing_open(struct drawing *drawing, struct error *error)
{
    size_t number = drawn_of(drawing);
    int used[] = {
        snprintf(drawing->data, PATH_MAX, "%s/%s-%zu.dat", drawing->folder, drawing->kind, number),
        snprintf(drawing->picture, PATH_MAX, "%s/%s-%zu.svg", drawing->folder, drawing->kind, number),
        snprintf(drawing->script, PATH_MAX, "%s/%s.gp", drawing->scripts, drawing->kind)};
    for (size_t i = 0; i < sizeof used / sizeof used[0]; i++) {
        if (used[i] < 0 || used[i] >= PATH_MAX)
            return error_set(error, "--plots: too long a path");
    }
    drawing->out = fopen(drawing->data, "we");
    return drawing->out != NULL || error_errno(error, "%s", drawing->data);
}

static bool gnuplot_run(struct drawing *drawing, struct error *error)
{
    char *argv[] = {(char[]){"gnuplot"}, (char[]){"-c"},      drawing->script,
                    drawing->data,       drawing->picture,    drawing->title,
                    drawing->numbers[0], drawing->numbers[1], NULL};
    pid_t child = 0;
    int status = 0;
    int failed = posix_spawnp(&child, "gnuplot", NULL, NULL, argv, environ);
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

bool drawing_end(struct drawing *drawing, size_t lines, struct error *error)
{
    bool written = ferror(drawing->out) == 0;
    if (fclose(drawing->out) != 0 || !written)
        return error_errno(error, "cannot write %s", drawing->data);
    if (lines == 0)
        return true;
    if (drawing->plots->count == PLOTS_MAX) {
        drawing->plots->left_out++;
        return true;
    }
    if (!gnuplot_run(drawing, error))
        return false;
    if (!plot_add(drawing->plots))
        return error_set(error, "no memory");
    struct plot *plot = &drawing->plots->items[drawing->plots->count - 1];
    memcpy(plot->path, drawing->picture, sizeof plot->path);
    memcpy(plot->caption, drawing->title, sizeof plot->caption);
    return true;
}

void group_title(struct drawing *drawing, const char *what, const struct subject *subject)
{
    char allocator[NAME_BYTES];
    const struct result_row *row = subject->cells[0].cell->row;
    summary_allocator(subject->cells[0].cell, allocator, sizeof allocator);
    (void)snprintf(drawing->title, sizeof drawing->title,
                   "%s: %.100s on %.100s (run %zu; %s, %s, bind %.40s)", what, row->workload, allocator,
                   subject->run_number + 1, row->symbols, row->keys, row->bind);
}

bool drawn_together(const struct subject *a, const struct subject *b)
{
    return a->run == b->run && summary_same_group(a->cells[0].cell, b->cells[0].cell);
}

const struct subject *drawn_next(const struct subjects *subjects, const struct subject *with, size_t *at)
{
    while (*at < subjects->count) {
        const struct subject *subject = &subjects->items[(*at)++];
        if (drawn_together(subject, with))
            return subject;
    }
    return NULL;
}

bool drawn_on_one_map(const struct subject *a, const struct subject *b)
{
    const struct result_row *left = a->cells[0].cell->row, *right = b->cells[0].cell->row;
    return a->run == b->run && strcmp(left->workload, right->workload) == 0 &&
           strcmp(left->symbols, right->symbols) == 0 && strcmp(left->keys, right->keys) == 0 &&
           strcmp(left->bind, right->bind) == 0 && strcmp(left->build, right->build) == 0;
}
