/* html.c - see doc.h: a document as one page, with its pictures in it and nothing to fetch. */
#include "harness/driver/report/doc.h"

#include <string.h>

enum { COLUMNS_OF_64 = 3 };

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
    "<title>triebench report</title>\n<style>\n"
    ":root{--text:#1b1b1b;--page:#fff;--line:#c8c8c8;--soft:#f2f2f2;--link:#0057a3}\n"
    "@media(prefers-color-scheme:dark){:root{--text:#e6e6e6;--page:#161616;--line:#444;--soft:#242424;"
    "--link:#8cc4ff}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;max-width:90rem;padding:1rem;font:1rem/1.5 "
    "system-ui,sans-serif;"
    "color:var(--text);background:var(--page);overflow-wrap:anywhere}\n"
    ".wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-size:.9rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top;"
    "overflow-wrap:normal}td:last-child{min-width:6rem}\n"
    "th{background:var(--soft)}th button{all:unset;cursor:pointer;font-weight:600;white-space:nowrap}"
    "th button:focus-visible{outline:2px solid var(--link)}.n{text-align:right;white-space:nowrap}\n"
    "th[aria-sort=ascending] button::after{content:' \\2191'}th[aria-sort=descending] "
    "button::after{content:' \\2193'}\n"
    "pre{background:var(--soft);padding:.6rem;overflow-x:auto;font-size:.85rem}summary{cursor:pointer}\n"
    "figure{margin:1rem 0}figcaption{font-size:.85rem}img{max-width:100%;height:auto;background:#fff}\n"
    ".filter{margin:1rem 0;padding:.4rem;width:100%;max-width:30rem;font:inherit}\n"
    "</style>\n</head>\n<body>\n";

/* A click on a head sorts by it, numbers with their units as numbers; what is typed hides rows without it. */
static const char foot[] =
    "<script>\n'use strict';\n"
    "const units={ns:1,us:1e3,ms:1e6,s:1e9,B:1,KiB:1024,MiB:1048576,GiB:1073741824};\n"
    "const value=t=>{const m=/^(-?[0-9.]+(?:e[-+]?[0-9]+)?)\\s*([A-Za-z]*)/.exec(t);"
    "return m?parseFloat(m[1])*(units[m[2]]||1):NaN;};\n"
    "const order=(a,b)=>{const x=value(a),y=value(b);"
    "if(!isNaN(x)&&!isNaN(y))return x-y;if(!isNaN(x)||!isNaN(y))return isNaN(x)?1:-1;"
    "return a<b?-1:a>b?1:0;};\n"
    "for(const th of document.querySelectorAll('th'))th.firstChild.addEventListener('click',()=>{\n"
    " const body=th.closest('table').tBodies[0],at=th.cellIndex,up=th.ariaSort!=='ascending';\n"
    " const "
    "rows=[...body.rows].sort((a,b)=>(up?1:-1)*order(a.cells[at].textContent,b.cells[at].textContent));\n"
    " for(const other of th.parentNode.cells)other.removeAttribute('aria-sort');\n"
    " th.setAttribute('aria-sort',up?'ascending':'descending');body.append(...rows);});\n"
    "document.querySelector('.filter').addEventListener('input',e=>{const t=e.target.value.toLowerCase();\n"
    " for(const row of document.querySelectorAll('tbody tr'))"
    "row.hidden=!row.textContent.toLowerCase().includes(t);});\n"
    "</script>\n</body>\n</html>\n";

static void text_print(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(((unsigned char)*text < 0x20 && *text != '\n') || *text == 0x7f ? ' ' : *text, out);
        }
    }
}

static void element_print(const char *before, const char *text, const char *after, FILE *out)
{
    fputs(before, out);
    text_print(text, out);
    fputs(after, out);
}

static void row_print(const struct doc_block *table, size_t from, FILE *out)
{
    fputs("<tr>", out);
    for (size_t i = 0; i < table->columns; i++) {
        bool number = table->cells[i][0] == '>';
        const char *text = from + i < table->cell_count ? table->cells[from + i] : "";
        if (from == 0)
            element_print(number ? "<th class=\"n\"><button>" : "<th><button>", number ? text + 1 : text,
                          "</button></th>", out);
        else
            element_print(number ? "<td class=\"n\">" : "<td>", text, "</td>", out);
    }
    fputs("</tr>\n", out);
}

static void table_print(const struct doc_block *table, FILE *out)
{
    fputs("<div class=\"wide\"><table>\n<thead>", out);
    row_print(table, 0, out);
    fputs("</thead>\n<tbody>\n", out);
    for (size_t from = table->columns; from < table->cell_count; from += table->columns)
        row_print(table, from, out);
    fputs("</tbody>\n</table></div>\n", out);
}

/* Base64 (RFC 4648). */
static void encoded_print(FILE *file, FILE *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[COLUMNS_OF_64];
    for (size_t count; (count = fread(bytes, 1, sizeof bytes, file)) > 0;) {
        unsigned word =
            (unsigned)bytes[0] << 16 | (count > 1 ? (unsigned)bytes[1] << 8 : 0) | (count > 2 ? bytes[2] : 0);
        fputc(digits[word >> 18], out);
        fputc(digits[word >> 12 & 63], out);
        fputc(count > 1 ? digits[word >> 6 & 63] : '=', out);
        fputc(count > 2 ? digits[word & 63] : '=', out);
    }
}

/* As an image: a picture in the page itself would share its names with the next. */
static void plot_print(const struct doc_block *plot, FILE *out)
{
    FILE *file = fopen(plot->detail, "re");
    if (file == NULL) {
        element_print("<p>Not to be read: ", plot->detail, "</p>\n", out);
        return;
    }
    fputs("<figure><img alt=\"", out);
    text_print(plot->text, out);
    fputs("\" src=\"data:image/svg+xml;base64,", out);
    encoded_print(file, out);
    element_print("\"><figcaption>", plot->text, "</figcaption></figure>\n", out);
    (void)fclose(file);
}

static void block_print(const struct doc_block *block, FILE *out)
{
    switch (block->kind) {
    case DOC_HEADING:
        fprintf(out, "<h%d>", block->level);
        text_print(block->text, out);
        fprintf(out, "</h%d>\n", block->level);
        if (block->level == 1)
            fputs("<input class=\"filter\" type=\"search\" placeholder=\"rows with ...\" aria-label=\"show "
                  "rows with\">\n",
                  out);
        break;
    case DOC_PARAGRAPH:
        element_print("<p>", block->text, "</p>\n", out);
        break;
    case DOC_CODE:
        element_print("<pre>", block->text, "</pre>\n", out);
        break;
    case DOC_FOLD:
        element_print("<details><summary>", block->detail, "</summary>", out);
        element_print("<pre>", block->text, "</pre></details>\n", out);
        break;
    case DOC_TABLE:
        table_print(block, out);
        break;
    case DOC_PLOT:
        plot_print(block, out);
        break;
    }
}

void doc_html(const struct doc *doc, FILE *out)
{
    fputs(head, out);
    for (size_t i = 0; i < doc->count; i++)
        block_print(&doc->blocks[i], out);
    fputs(foot, out);
}
