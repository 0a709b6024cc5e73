/* arenas.h - `triebench arenas`: whether an allocator's arenas slow or crash parallel insertion. */
#ifndef HARNESS_DRIVER_ARENAS_ARENAS_H
#define HARNESS_DRIVER_ARENAS_ARENAS_H

/* argv[0] is "arenas"; program is how triebench was called. Returns the exit status. */
int arenas_main(const char *program, int argc, char **argv);

#endif
