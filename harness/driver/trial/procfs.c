/* procfs.c - see procfs.h. The fields are those of proc(5). */
#include "harness/driver/trial/procfs.h"

#include "harness/driver/doctor/read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EXITING = 0x4 /* PF_EXITING */, STATE_TO_FLAGS = 6 };

static bool read_file(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    return doctor_read_text("", path, out, size);
}

/* The text behind that many blanks, or NULL. */
static const char *skip_fields(const char *text, int count)
{
    for (; text != NULL && count > 0; count--) {
        text = strchr(text, ' ');
        text = text == NULL ? NULL : text + 1;
    }
    return text;
}

bool process_exiting(pid_t pid)
{
    char line[1024];
    if (!read_file(pid, "stat", line, sizeof line))
        return true;
    /* The name in front is in brackets and may hold anything, brackets and blanks too. */
    const char *state = skip_fields(strrchr(line, ')'), 1);
    const char *flags_text = skip_fields(state, STATE_TO_FLAGS);
    uint64_t flags = 0;
    if (flags_text == NULL || !doctor_parse_number(flags_text, &flags))
        return true;
    return *state == 'Z' || *state == 'X' || (flags & EXITING) != 0;
}

uint64_t process_resident_bytes(pid_t pid)
{
    char line[256];
    uint64_t pages = 0;
    if (!read_file(pid, "statm", line, sizeof line))
        return 0;
    const char *resident = skip_fields(line, 1);
    if (resident == NULL || !doctor_parse_number(resident, &pages))
        return 0;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
