/* number.c - see number.h. */
#include "harness/driver/number.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool all_of(const char *text, size_t length, const char *allowed)
{
    return length > 0 && strspn(text, allowed) >= length;
}

static bool digits_read(const char *text, size_t length, uint64_t *value)
{
    if (!all_of(text, length, "0123456789"))
        return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(text[i] - '0'), &sum))
            return false;
    }
    *value = sum;
    return true;
}

bool number_read(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                 struct error *error)
{
    uint64_t read;
    if (!digits_read(text, strlen(text), &read) || read < min || read > max)
        return error_set(error, "%s: '%.100s' is no whole number from %" PRIu64 " to %" PRIu64, what, text,
                         min, max);
    *value = read;
    return true;
}

bool number_read_real(const char *what, const char *text, double min, double max, double *value,
                      struct error *error)
{
    bool formed = all_of(text, strlen(text), "0123456789.") && strlen(text) < 64;
    if (formed) {
        char *end;
        errno = 0;
        double read = strtod(text, &end);
        if (errno == 0 && end != text && *end == '\0' && read >= min && read <= max) {
            *value = read;
            return true;
        }
    }
    return error_set(error, "%s: '%.100s' is no number from %g to %g", what, text, min, max);
}

static unsigned unit_shift(char unit)
{
    static const char units[] = "KMGT";
    const char *found = unit == '\0' ? NULL : strchr(units, unit);
    return found == NULL ? 0 : 10 * (unsigned)(found - units + 1);
}

bool number_read_bytes(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                       struct error *error)
{
    size_t length = strlen(text);
    unsigned shift = length == 0 ? 0 : unit_shift(text[length - 1]);
    uint64_t read;
    if (!digits_read(text, shift == 0 ? length : length - 1, &read) || read > UINT64_MAX >> shift ||
        (read <<= shift) < min || read > max)
        return error_set(error,
                         "%s: '%.100s' is no number of bytes from %" PRIu64 " to %" PRIu64
                         " (K, M, G or T may stand behind it)",
                         what, text, min, max);
    *value = read;
    return true;
}
