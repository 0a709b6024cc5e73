/* cpu_list.c - see cpu_list.h. */
#include "harness/worker/cpu_list.h"

#include <ctype.h>
#include <string.h>

/* Reads digits at *at into *number, which stays at most limit; moves *at behind them. */
static bool read_number(const char **at, unsigned limit, unsigned *number)
{
    if (!isdigit((unsigned char)**at))
        return false;
    unsigned value = 0;
    for (; isdigit((unsigned char)**at); (*at)++) {
        value = value * 10 + (unsigned)(**at - '0');
        if (value > limit)
            return false;
    }
    *number = value;
    return true;
}

/* first, first-last or first-last:step. */
static bool read_range(const char **at, unsigned limit, unsigned *first, unsigned *last, unsigned *step)
{
    *step = 1;
    if (!read_number(at, limit, first))
        return false;
    *last = *first;
    if (**at != '-')
        return true;
    (*at)++;
    if (!read_number(at, limit, last) || *last < *first)
        return false;
    if (**at != ':')
        return true;
    (*at)++;
    return read_number(at, limit, step) && *step > 0;
}

static bool stands_in(const uint32_t *cpus, unsigned count, unsigned cpu)
{
    for (unsigned i = 0; i < count; i++)
        if (cpus[i] == cpu)
            return true;
    return false;
}

bool cpu_list_read(const char *text, uint32_t *cpus, unsigned capacity, unsigned *count, struct error *error)
{
    const char *at = text;
    unsigned found = 0;
    do {
        unsigned first, last, step;
        if (!read_range(&at, capacity - 1, &first, &last, &step) || (*at != ',' && *at != '\0'))
            return error_set(error, "'%.100s' is no list of processors below %u such as 0-3,8-16:2", text,
                             capacity);
        for (unsigned cpu = first; cpu <= last; cpu += step) {
            if (stands_in(cpus, found, cpu))
                return error_set(error, "processor %u stands twice in '%.100s'", cpu, text);
            cpus[found++] = cpu; /* distinct and below capacity, so there is room */
        }
    } while (*at++ == ',');
    *count = found;
    return true;
}
