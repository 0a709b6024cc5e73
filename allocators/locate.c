/* locate.c - finds the library to preload without loading it: the driver must not run on what it tests. */
#include "allocators/allocator.h"
#include "allocators/knobs.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether path is a regular file that starts like an ELF object: the loader only warns about anything else.
 */
static bool is_library(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    struct stat status;
    char magic[4] = "";
    bool library = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && read(fd, magic, sizeof magic) == 4 &&
                   memcmp(magic, "\177ELF", 4) == 0;
    close(fd);
    return library;
}

/* The directory of the C library: on Debian that of this machine's architecture, /usr/lib/x86_64-linux-gnu.
 */
static bool libc_directory(char directory[PATH_MAX])
{
    Dl_info info;
    if (dladdr((void *)gnu_get_libc_version, &info) == 0 || info.dli_fname == NULL ||
        realpath(info.dli_fname, directory) == NULL)
        return false;
    char *slash = strrchr(directory, '/');
    *slash = '\0';
    return true;
}

static bool find_in(const char *directory, const struct allocator *allocator,
                    struct allocator_variant *variant)
{
    for (const char *const *object = allocator->objects; *object != NULL; object++) {
        int length = snprintf(variant->object, sizeof variant->object, "%s/%s", directory, *object);
        if (length > 0 && (size_t)length < sizeof variant->object && is_library(variant->object))
            return true;
    }
    variant->object[0] = '\0';
    return false;
}

static bool locate_path(struct allocator_variant *variant, char *reason, size_t size)
{
    char path[PATH_MAX];
    if (realpath(variant->object, path) == NULL || !is_library(path))
        return allocator_fail(reason, size, "'%s' is no shared library that can be read", variant->object);
    size_t length = strlen(path);
    if (length >= sizeof variant->object || strpbrk(path, ": \t\n") != NULL)
        return allocator_fail(reason, size, "the loader cannot preload '%s', which leads to '%.200s'",
                              variant->object, path);
    memcpy(variant->object, path, length + 1);
    return true;
}

bool allocator_locate(struct allocator_variant *variant, char *reason, size_t size)
{
    static const char *const usual[] = {"/usr/lib64", "/usr/lib", "/usr/local/lib"};
    const struct allocator *allocator = variant->allocator;
    if (allocator->objects == NULL)
        return variant->object[0] == '\0' || locate_path(variant, reason, size);

    char directory[PATH_MAX];
    if (libc_directory(directory) && find_in(directory, allocator, variant))
        return true;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (find_in(usual[i], allocator, variant))
            return true;
    return allocator_fail(reason, size,
                          "%s is not installed (no %s in the library directories): apt-get install %s",
                          allocator->name, allocator->objects[0], allocator->package);
}
