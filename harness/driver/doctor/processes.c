/* processes.c - see doctor_processes.h. */
#include "harness/driver/doctor/processes.h"

#include "harness/driver/doctor/read.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In /proc/PID/stat, counted behind the name's parenthesis: state is 0, utime 11, stime 12; proc(5). */
enum { FIELD_USER_TIME = 11, FIELD_SYSTEM_TIME = 12 };

static const char *skip_fields(const char *at, unsigned count)
{
    for (; count > 0; count--) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return at;
}

/* "PID (name) state ..."; the name may hold anything, parentheses too, so its end is looked for from the
 * back. */
static bool process_parse(const char *line, struct process *process)
{
    const char *open = strchr(line, '(');
    const char *close = strrchr(line, ')');
    if (open == NULL || close == NULL || close < open || close[1] != ' ' ||
        !doctor_parse_number(line, &process->pid))
        return false;
    uint64_t user_ticks, system_ticks;
    if (!doctor_parse_number(skip_fields(close + 2, FIELD_USER_TIME), &user_ticks) ||
        !doctor_parse_number(skip_fields(close + 2, FIELD_SYSTEM_TIME), &system_ticks))
        return false;
    process->ticks = user_ticks + system_ticks;
    size_t length = (size_t)(close - open - 1);
    if (length >= sizeof process->name)
        length = sizeof process->name - 1;
    memcpy(process->name, open + 1, length);
    process->name[length] = '\0';
    return true;
}

static bool process_add(struct process_list *list, const struct process *process)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 256 : 2 * list->room;
        struct process *items = realloc(list->items, room * sizeof *items);
        if (items == NULL)
            return false;
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = *process;
    return true;
}

bool process_list_read(const char *root, struct process_list *list)
{
    char path[DOCTOR_PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/proc", root);
    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return false;
    bool good = true;
    const struct dirent *entry;
    while (good && list->count < PROCESSES_MAX && (entry = readdir(folder)) != NULL) {
        uint64_t pid;
        char line[DOCTOR_LINE_BYTES];
        struct process process;
        if (!doctor_parse_number(entry->d_name, &pid))
            continue;
        snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)pid);
        /* One that has ended since is no error. */
        if (!doctor_read_text(root, path, line, sizeof line) || !process_parse(line, &process))
            continue;
        list->damon = list->damon || strncmp(process.name, "kdamond", strlen("kdamond")) == 0;
        good = process_add(list, &process);
    }
    closedir(folder);
    return good;
}

void process_list_free(struct process_list *list)
{
    free(list->items);
    *list = (struct process_list){0};
}

static const struct process *find(const struct process_list *list, size_t start, uint64_t pid)
{
    /* Both lists are in the order of the folder, so the search starts where the process stood in the other
     * one. */
    for (size_t i = 0; i < list->count; i++) {
        const struct process *process = &list->items[(start + i) % list->count];
        if (process->pid == pid)
            return process;
    }
    return NULL;
}

const struct process *process_busiest(const struct process_list *before, const struct process_list *after,
                                      uint64_t self, uint64_t *ticks, uint64_t *all_ticks)
{
    const struct process *busiest = NULL;
    *ticks = *all_ticks = 0;
    for (size_t i = 0; i < after->count; i++) {
        const struct process *now = &after->items[i];
        const struct process *then = find(before, i, now->pid);
        if (now->pid == self || then == NULL || now->ticks <= then->ticks)
            continue;
        uint64_t taken = now->ticks - then->ticks;
        *all_ticks += taken;
        if (taken > *ticks) {
            *ticks = taken;
            busiest = now;
        }
    }
    return busiest;
}
