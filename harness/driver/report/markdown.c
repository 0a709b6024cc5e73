/* markdown.c - see doc.h: a document in GitHub's Markdown. */
#include "harness/driver/report/doc.h"

#include <string.h>

/* What means something inside a line, so that it gets a backslash. */
static const char special[] = "\\`*_{}[]<>|~#&$";

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* One line, whatever is in it. */
static void text_print(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (is_control(*text)) {
            fputc(' ', out);
            continue;
        }
        if (strchr(special, *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* The longest run of backquotes, and one more: what fences it. */
static size_t fence_of(const char *text)
{
    size_t longest = 2;
    for (size_t run = 0; *text != '\0'; text++) {
        run = *text == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest + 1;
}

static void fence_print(size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++)
        fputc('`', out);
}

static void code_print(const char *text, FILE *out)
{
    size_t fence = fence_of(text), length = strlen(text);
    fence_print(fence, out);
    fprintf(out, "\n%s%s", text, length > 0 && text[length - 1] == '\n' ? "" : "\n");
    fence_print(fence, out);
    fputs("\n\n", out);
}

static void row_print(const struct doc_block *table, size_t from, FILE *out)
{
    fputc('|', out);
    for (size_t i = 0; i < table->columns; i++) {
        const char *text = from + i < table->cell_count ? table->cells[from + i] : "";
        fputc(' ', out);
        text_print(from == 0 && text[0] == '>' ? text + 1 : text, out);
        fputs(text[0] == '\0' ? "|" : " |", out);
    }
    fputc('\n', out);
}

static void table_print(const struct doc_block *table, FILE *out)
{
    row_print(table, 0, out);
    fputc('|', out);
    for (size_t i = 0; i < table->columns; i++)
        fputs(table->cells[i][0] == '>' ? " ---: |" : " --- |", out);
    fputc('\n', out);
    for (size_t from = table->columns; from < table->cell_count; from += table->columns)
        row_print(table, from, out);
    fputc('\n', out);
}

/* The path as it is seen from the folder. */
static const char *path_from(const char *folder, const char *path)
{
    size_t length = folder == NULL ? 0 : strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    return length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

/* A path between <>, in which only these end it. */
static void plot_print(const struct doc_block *plot, const char *folder, FILE *out)
{
    fputs("![", out);
    text_print(plot->text, out);
    fputs("](<", out);
    for (const char *at = path_from(folder, plot->detail); *at != '\0'; at++) {
        if (strchr("<>\\", *at) != NULL)
            fputc('\\', out);
        fputc(is_control(*at) ? ' ' : *at, out);
    }
    fputs(">)\n\n", out);
}

static void block_print(const struct doc_block *block, const char *folder, FILE *out)
{
    switch (block->kind) {
    case DOC_HEADING:
        for (int i = 0; i < block->level; i++)
            fputc('#', out);
        fputc(' ', out);
        text_print(block->text, out);
        fputs("\n\n", out);
        break;
    case DOC_PARAGRAPH:
        text_print(block->text, out);
        fputs("\n\n", out);
        break;
    case DOC_FOLD:
        text_print(block->detail, out);
        fputs("\n\n", out);
        code_print(block->text, out);
        break;
    case DOC_CODE:
        code_print(block->text, out);
        break;
    case DOC_TABLE:
        table_print(block, out);
        break;
    case DOC_PLOT:
        plot_print(block, folder, out);
        break;
    }
}

void doc_markdown(const struct doc *doc, FILE *out)
{
    for (size_t i = 0; i < doc->count; i++)
        block_print(&doc->blocks[i], doc->folder, out);
}
