/* bus.c - touches a mapped file beyond its end. */
#include "tests/saboteurs/saboteur.h"

#include <sys/mman.h>
#include <unistd.h>

enum strategy_status sabotage(struct saboteur_set *set)
{
    (void)set;
    enum { FILE_BYTES = 4096 };
    int file = memfd_create("saboteur", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, FILE_BYTES) != 0)
        return STRATEGY_FAILED;
    volatile char *mapped = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED || ftruncate(file, 0) != 0)
        return STRATEGY_FAILED;
    *mapped = 1;
    return STRATEGY_OK;
}

SABOTEUR("bus");
