/* doc.c - see doc.h: building it. */
#include "harness/driver/report/doc.h"

#include "harness/driver/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 16 };

static char *format_text(struct doc *doc, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) >= 0)
        return text;
    doc->failed = true;
    return NULL;
}

static char *copy(struct doc *doc, const char *text)
{
    char *made = text_copy(text);
    doc->failed = doc->failed || made == NULL;
    return made;
}

/* The next block, empty; NULL without memory. */
static struct doc_block *block_add(struct doc *doc, enum doc_kind kind)
{
    if (doc->failed)
        return NULL;
    if (doc->count == doc->room) {
        size_t room = doc->room == 0 ? ROOM_FIRST : 2 * doc->room;
        struct doc_block *blocks = realloc(doc->blocks, room * sizeof *blocks);
        if (blocks == NULL) {
            doc->failed = true;
            return NULL;
        }
        doc->blocks = blocks;
        doc->room = room;
    }
    struct doc_block *block = &doc->blocks[doc->count++];
    *block = (struct doc_block){.kind = kind};
    return block;
}

void doc_heading(struct doc *doc, int level, const char *format, ...)
{
    struct doc_block *block = block_add(doc, DOC_HEADING);
    if (block == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    block->level = level;
    block->text = format_text(doc, format, arguments);
    va_end(arguments);
}

void doc_paragraph(struct doc *doc, const char *format, ...)
{
    struct doc_block *block = block_add(doc, DOC_PARAGRAPH);
    if (block == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    block->text = format_text(doc, format, arguments);
    va_end(arguments);
}

static void pair_add(struct doc *doc, enum doc_kind kind, const char *text, const char *detail)
{
    struct doc_block *block = block_add(doc, kind);
    if (block == NULL)
        return;
    block->text = copy(doc, text);
    block->detail = detail == NULL ? NULL : copy(doc, detail);
}

void doc_code(struct doc *doc, const char *text)
{
    pair_add(doc, DOC_CODE, text, NULL);
}

void doc_fold(struct doc *doc, const char *sentence, const char *text)
{
    pair_add(doc, DOC_FOLD, text, sentence);
}

void doc_plot(struct doc *doc, const char *path, const char *caption)
{
    pair_add(doc, DOC_PLOT, caption, path);
}

/* Takes the text. */
static void cell_add(struct doc *doc, char *text)
{
    struct doc_block *table = doc->count == 0 ? NULL : &doc->blocks[doc->count - 1];
    if (table == NULL || table->kind != DOC_TABLE || text == NULL) {
        doc->failed = true;
        free(text);
        return;
    }
    if (table->cell_count == table->cell_room) {
        size_t room = table->cell_room == 0 ? ROOM_FIRST : 2 * table->cell_room;
        char **cells = realloc(table->cells, room * sizeof *cells);
        if (cells == NULL) {
            doc->failed = true;
            free(text);
            return;
        }
        table->cells = cells;
        table->cell_room = room;
    }
    table->cells[table->cell_count++] = text;
}

void doc_table(struct doc *doc, const char *const *heads)
{
    struct doc_block *table = block_add(doc, DOC_TABLE);
    for (size_t i = 0; table != NULL && heads[i] != NULL; i++) {
        table->columns++;
        cell_add(doc, copy(doc, heads[i]));
    }
}

void doc_cell(struct doc *doc, const char *format, ...)
{
    if (doc->failed)
        return;
    va_list arguments;
    va_start(arguments, format);
    cell_add(doc, format_text(doc, format, arguments));
    va_end(arguments);
}

bool doc_good(const struct doc *doc)
{
    return !doc->failed;
}

void doc_free(struct doc *doc)
{
    for (size_t i = 0; i < doc->count; i++) {
        struct doc_block *block = &doc->blocks[i];
        for (size_t j = 0; j < block->cell_count; j++)
            free(block->cells[j]);
        free(block->cells);
        free(block->text);
        free(block->detail);
    }
    free(doc->blocks);
    *doc = (struct doc){0};
}
