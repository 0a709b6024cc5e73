/* export.h - `triebench export`: results in the formats of other tools. */
#ifndef HARNESS_DRIVER_EXPORT_EXPORT_H
#define HARNESS_DRIVER_EXPORT_EXPORT_H

/* argv[0] is "export", a run and the options follow. Returns the exit status. */
int export_main(int argc, char **argv);

#endif
