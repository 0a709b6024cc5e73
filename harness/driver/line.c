/* line.c - see line.h. */
#include "harness/driver/line.h"

#include <errno.h>
#include <stdlib.h>

static bool line_put(struct line *line, char byte)
{
    if (line->length == LINE_BYTES_MAX) {
        line->too_long = true;
        return true;
    }
    if (line->length + 1 >= line->room) {
        size_t room = line->room == 0 ? 256 : 2 * line->room;
        char *grown = realloc(line->text, room);
        if (grown == NULL)
            return false;
        line->text = grown;
        line->room = room;
    }
    line->text[line->length++] = byte;
    line->text[line->length] = '\0';
    return true;
}

bool line_next(FILE *file, struct line *line, bool *end, struct error *error)
{
    line->length = 0;
    line->cut = line->too_long = *end = false;
    errno = 0;
    for (;;) {
        int byte = getc_unlocked(file);
        if (byte == EOF) {
            *end = line->length == 0;
            line->cut = !*end;
            return !ferror(file) || error_errno(error, "cannot read it");
        }
        if (!line_put(line, (char)byte))
            return error_set(error, "no memory");
        if (byte == '\n')
            return true;
    }
}

void line_free(struct line *line)
{
    free(line->text);
    *line = (struct line){0};
}
