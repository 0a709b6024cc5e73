/* process.c - see process.h. */
#include "allocators/process.h"
#include "allocators/knobs.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void *process_symbol(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

bool process_object(const char *symbol, char *path, size_t size)
{
    path[0] = '\0';
    Dl_info info;
    void *address = process_symbol(symbol);
    if (address == NULL || dladdr(address, &info) == 0 || info.dli_fname == NULL)
        return false;
    size_t length = strlen(info.dli_fname);
    if (length >= size)
        return false;
    memcpy(path, info.dli_fname, length + 1);
    return true;
}

bool process_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

bool process_sanitized(void)
{
    /* Every sanitizer that takes malloc's place has it; the worker built for perturbation, which borrows the
     * names of one, does not. */
    return process_symbol("__sanitizer_get_current_allocated_bytes") != NULL;
}

bool process_sanitizer_object(const char *path)
{
    static const char *const runtimes[] = {"libasan.", "libtsan.",   "liblsan.",
                                           "libmsan.", "libhwasan.", "libclang_rt."};
    const char *base = path_base(path);
    for (size_t i = 0; i < sizeof runtimes / sizeof runtimes[0]; i++)
        if (strncmp(base, runtimes[i], strlen(runtimes[i])) == 0)
            return true;
    return process_same_file(path, "/proc/self/exe");
}

bool process_variable_is(const char *variable, const char *value)
{
    const char *found = getenv(variable);
    return found != NULL && strcmp(found, value) == 0;
}
