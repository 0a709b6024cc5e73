/* kernel_line.c - see kernel_line.h. */
#include "harness/driver/trial/kernel_line.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_BYTES = 8192, RECORDS_MAX = 100000 };

/* A record is "priority,number,time,flags;text" and one line of text; more lines are key=value pairs. */
static const char *record_text(char *record)
{
    char *text = strchr(record, ';');
    if (text == NULL)
        return "";
    text[strcspn(text, "\n")] = '\0';
    return text + 1;
}

bool kernel_line(const char *log, uint32_t tid, char *text, size_t size)
{
    char record[RECORD_BYTES], wanted[32];
    text[0] = '\0';
    (void)snprintf(wanted, sizeof wanted, "[%" PRIu32 "]: ", tid);
    int fd = open(log, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    for (int i = 0; fd >= 0 && i < RECORDS_MAX; i++) {
        ssize_t got = read(fd, record, sizeof record - 1);
        if (got < 0 && (errno == EPIPE || errno == EINTR)) /* EPIPE: overwritten before we came to it */
            continue;
        if (got <= 0)
            break;
        record[got] = '\0';
        const char *line = record_text(record);
        if (strstr(line, wanted) != NULL)
            (void)snprintf(text, size, "%s", line);
    }
    if (fd >= 0)
        (void)close(fd);
    return text[0] != '\0';
}
