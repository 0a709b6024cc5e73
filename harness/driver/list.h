/* list.h - `triebench list`: what can be measured. */
#ifndef HARNESS_DRIVER_LIST_H
#define HARNESS_DRIVER_LIST_H

/* argv[0] is "list". Returns the exit status. */
int list_main(int argc, char **argv);

#endif
