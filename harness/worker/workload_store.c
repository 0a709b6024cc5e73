/* workload_store.c - mapped memory that only grows. */
#include "harness/worker/workload_private.h"

#include <stdalign.h>
#include <sys/mman.h>

enum { CHUNK_BYTES_MIN = 1 << 18, CHUNK_BYTES_MAX = 1 << 23, PAGE_BYTES = 4096, ARRAY_ALIGNMENT = 64 };

struct store_chunk {
    alignas(ARRAY_ALIGNMENT) struct store_chunk *older;
    size_t mapped_bytes;
};

/* Chunks double, so that a small workload maps little and a large one seldom. */
static size_t chunk_bytes(const struct store *store, size_t size)
{
    size_t bytes = CHUNK_BYTES_MIN;
    while (bytes < CHUNK_BYTES_MAX && bytes < store->mapped_bytes)
        bytes *= 2;
    size_t needed = (size + sizeof(struct store_chunk) + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    return needed > bytes ? needed : bytes;
}

static bool grow(struct store *store, size_t size, struct error *error)
{
    if (size > SIZE_MAX / 2)
        return error_set(error, "no memory for items: %zu bytes are too many", size);
    size_t bytes = chunk_bytes(store, size);
    struct store_chunk *chunk = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED)
        return error_errno(error, "no memory for items: %zu bytes cannot be mapped", bytes);
    if (store->huge)
        madvise(chunk, bytes, MADV_HUGEPAGE); /* only for speed, so a refusal is no error */
    chunk->older = store->chunks;
    chunk->mapped_bytes = bytes;
    store->chunks = chunk;
    store->next = (unsigned char *)(chunk + 1);
    store->left_bytes = bytes - sizeof *chunk;
    store->mapped_bytes += bytes;
    return true;
}

void *store_reserve(struct store *store, size_t size, struct error *error)
{
    if ((store->chunks == NULL || size > store->left_bytes) && !grow(store, size, error))
        return NULL;
    return store->next;
}

void store_commit(struct store *store, size_t size)
{
    store->next += size;
    store->left_bytes -= size;
}

void *store_take(struct store *store, size_t size, struct error *error)
{
    void *room = store_reserve(store, size, error);
    if (room != NULL)
        store_commit(store, size);
    return room;
}

void *store_array(struct store *store, size_t count, size_t size, struct error *error)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
        error_set(error, "no memory for items: %zu times %zu bytes are too many", count, size);
        return NULL;
    }
    return store_take(store, (bytes + ARRAY_ALIGNMENT - 1) / ARRAY_ALIGNMENT * ARRAY_ALIGNMENT, error);
}

void store_free(struct store *store)
{
    for (struct store_chunk *chunk = store->chunks, *older; chunk != NULL; chunk = older) {
        older = chunk->older;
        munmap(chunk, chunk->mapped_bytes);
    }
    *store = (struct store){0};
}
