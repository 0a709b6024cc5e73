/* error.c - see error.h. */
#include "harness/common/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(struct error *error, size_t wanted)
{
    if (wanted >= sizeof error->text)
        memcpy(error->text + sizeof error->text - 4, "...", 4);
}

static size_t put(char *out, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(out, size, format, arguments);
    return length < 0 ? 0 : (size_t)length;
}

bool error_set(struct error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    mark_cut(error, put(error->text, sizeof error->text, format, arguments));
    va_end(arguments);
    return false;
}

bool error_errno(struct error *error, const char *format, ...)
{
    int cause = errno;
    va_list arguments;
    va_start(arguments, format);
    size_t length = put(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (length < sizeof error->text) {
        size_t room = sizeof error->text - length;
        int more = snprintf(error->text + length, room, ": %s", strerror(cause));
        length += more < 0 ? 0 : (size_t)more;
    }
    mark_cut(error, length);
    return false;
}

bool error_context(struct error *error, const char *format, ...)
{
    char inner[sizeof error->text];
    memcpy(inner, error->text, sizeof inner);
    va_list arguments;
    va_start(arguments, format);
    size_t length = put(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    if (length < sizeof error->text) {
        size_t room = sizeof error->text - length;
        int more = snprintf(error->text + length, room, ": %s", inner);
        length += more < 0 ? 0 : (size_t)more;
    }
    mark_cut(error, length);
    return false;
}
