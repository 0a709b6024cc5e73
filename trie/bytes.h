/*
 * bytes.h - copying and comparing short runs of bytes without a call.
 *
 * Symbols are a few bytes long, where calling memcpy or memcmp costs more than the work. Runs of up to 32
 * bytes are covered by two loads of one fixed size that overlap in the middle; nothing outside the runs is
 * touched.
 */
#ifndef TRIE_BYTES_H
#define TRIE_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Copies the first and the last width bytes of a run: all of it where width <= size <= 2 * width. */
static inline __attribute__((always_inline)) void
bytes_copy_ends(unsigned char *to, const unsigned char *from, size_t size, size_t width)
{
    unsigned char head[16], tail[16];
    memcpy(head, from, width);
    memcpy(tail, from + size - width, width);
    memcpy(to, head, width);
    memcpy(to + size - width, tail, width);
}

/* Copies size bytes between runs that do not overlap. Any size. */
static inline void bytes_copy(void *restrict to, const void *restrict from, size_t size)
{
    if (size > 32)
        memcpy(to, from, size);
    else if (size >= 16)
        bytes_copy_ends(to, from, size, 16);
    else if (size >= 8)
        bytes_copy_ends(to, from, size, 8);
    else if (size >= 4)
        bytes_copy_ends(to, from, size, 4);
    else if (size >= 2)
        bytes_copy_ends(to, from, size, 2);
    else if (size == 1)
        bytes_copy_ends(to, from, size, 1);
}

static inline uint64_t bytes_load8(const void *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static inline uint32_t bytes_load4(const void *from)
{
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* Up to seven bytes as a number, the first one lowest. */
static inline uint64_t bytes_load_short(const uint8_t *from, size_t size)
{
    if (size >= 4)
        return bytes_load4(from) | (uint64_t)bytes_load4(from + size - 4) << 8 * (size - 4);
    if (size == 0)
        return 0;
    return from[0] | (uint64_t)from[size / 2] << 8 * (size / 2) | (uint64_t)from[size - 1] << 8 * (size - 1);
}

/* Whether two runs of one size are the same. Any size. */
static inline bool bytes_equal(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;

    if (size > 16)
        return memcmp(a, b, size) == 0;
    if (size >= 8)
        return ((bytes_load8(a) ^ bytes_load8(b)) |
                (bytes_load8(a + size - 8) ^ bytes_load8(b + size - 8))) == 0;
    if (size >= 4)
        return ((bytes_load4(a) ^ bytes_load4(b)) |
                (bytes_load4(a + size - 4) ^ bytes_load4(b + size - 4))) == 0;
    if (size == 0)
        return true;
    return a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1];
}

/* Eight bytes as a number, most significant first, and back. */
static inline uint64_t bytes_load_be64(const void *from)
{
    return be64toh(bytes_load8(from));
}

static inline void bytes_store_be64(void *to, uint64_t number)
{
    uint64_t swapped = htobe64(number);
    memcpy(to, &swapped, sizeof swapped);
}

static inline size_t bytes_first_difference(uint64_t x, uint64_t y)
{
    return (size_t)__builtin_ctzll(x ^ y) / 8;
}

/* Number of leading bytes in which a[n] and b[n] agree. The last word overlaps the one before it. */
static inline size_t bytes_common(const uint8_t *a, const uint8_t *b, size_t n)
{
    size_t i = 0;
    if (n >= 8) {
        for (; i + 8 <= n; i += 8) {
            uint64_t x = bytes_load8(a + i), y = bytes_load8(b + i);
            if (x != y)
                return i + bytes_first_difference(x, y);
        }
        if (i == n)
            return n;
        uint64_t x = bytes_load8(a + n - 8), y = bytes_load8(b + n - 8);
        return x == y ? n : n - 8 + bytes_first_difference(x, y);
    }
    while (i < n && a[i] == b[i])
        i++;
    return i;
}

#endif
