/* json.h - writing JSON text by hand; the worker links nothing that it can do without. */
#ifndef HARNESS_WORKER_JSON_H
#define HARNESS_WORKER_JSON_H

#include <stdio.h>

/* A string with its quotes, or null. Bytes that are no UTF-8 become U+FFFD, one each. */
void json_string(FILE *out, const char *text);

#endif
