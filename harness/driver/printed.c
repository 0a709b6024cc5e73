/* printed.c - see printed.h. */
#include "harness/driver/printed.h"

#include <string.h>

enum { MESSAGE_LINES = 4, MESSAGE_BYTES = 1024 };

static const char *line_start(const char *text, const char *at)
{
    while (at > text && at[-1] != '\n')
        at--;
    return at;
}

/* Without the line ends behind it. */
static struct part trimmed(const char *begin, const char *end)
{
    while (end > begin && end[-1] == '\n')
        end--;
    return (struct part){begin, (size_t)(end - begin)};
}

struct part printed_report(const char *output)
{
    /* "==7==ERROR: AddressSanitizer: ...", and "trie.c:7:3: runtime error: ..." of UBSan. */
    static const char *const heads[] = {"Sanitizer: ", ": runtime error: "};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        const char *at = strstr(output, heads[i]);
        if (at != NULL && (first == NULL || at < first))
            first = at;
    }
    if (first == NULL)
        return (struct part){output, 0};
    return trimmed(line_start(output, first), output + strlen(output));
}

struct part printed_message(const char *output)
{
    struct part report = printed_report(output);
    if (report.length > 0)
        return trimmed(report.text, report.text + strcspn(report.text, "\n"));
    struct part all = trimmed(output, output + strlen(output));
    const char *end = all.text + all.length, *begin = end;
    for (int i = 0; i < MESSAGE_LINES && begin > output; i++)
        begin = line_start(output, begin - 1);
    if (end - begin > MESSAGE_BYTES)
        begin = end - MESSAGE_BYTES;
    return (struct part){begin, (size_t)(end - begin)};
}
