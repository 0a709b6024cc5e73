/* scale.h - `triebench scale`: how strategies speed up with their workers, here and beyond. */
#ifndef HARNESS_DRIVER_SCALE_SCALE_H
#define HARNESS_DRIVER_SCALE_SCALE_H

/* argv[0] is "scale"; program is how triebench was called. Returns the exit status. */
int scale_main(const char *program, int argc, char **argv);

#endif
