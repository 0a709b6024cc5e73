/*
 * json_build.h - JSON objects without a check at every step: the first failure sticks, and build_end() tells
 * it.
 *
 * What cannot be said in JSON becomes null: numbers that are not finite, counts above INT64_MAX (the page's
 * "unknown" is one). Texts become valid UTF-8: each byte that is not is replaced by U+FFFD.
 */
#ifndef HARNESS_DRIVER_JSON_BUILD_H
#define HARNESS_DRIVER_JSON_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct build {
    json_t *object;
    bool failed;
};

void build_begin(struct build *build);

/* The object, now the caller's, or NULL if there was no memory for any part of it (nothing is left over
 * then). */
json_t *build_end(struct build *build);

/* Takes value; NULL counts as a failure of the whole. */
void build_json(struct build *build, const char *key, json_t *value);

void build_count(struct build *build, const char *key, uint64_t value);
void build_real(struct build *build, const char *key, double value);
void build_bool(struct build *build, const char *key, bool value);
void build_text(struct build *build, const char *key, const char *value);
void build_null(struct build *build, const char *key);

/* As build_text(), but null for an empty text. */
void build_text_known(struct build *build, const char *key, const char *value);

/* As build_count(), but null for 0: where 0 says "not measured". */
void build_count_known(struct build *build, const char *key, uint64_t value);

/* Sixteen hexadecimal digits. */
void build_hash(struct build *build, const char *key, uint64_t value);

/* A value alone, with the same rules; NULL if there is no memory. The caller owns it. */
json_t *json_count(uint64_t value);
json_t *json_text(const char *text, size_t length);

/*
 * The text of a value, with flags of json_dumps() and the terminating NUL, and its length in *length (may be
 * NULL). The caller frees it; NULL if there is no memory. For what must not be torn: json_dumps() itself goes
 * on with a part of the text missing where its buffer cannot grow (seen with jansson 2.14), so here the
 * buffer is had first.
 */
char *json_print(const json_t *value, size_t flags, size_t *length);

#endif
