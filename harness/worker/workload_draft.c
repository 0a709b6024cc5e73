/* workload_draft.c - the expressions that a source has found, before they are put in order. */
#include "harness/worker/workload_private.h"

#include <string.h>

bool draft_init(struct draft *draft, size_t want, struct error *error)
{
    *draft = (struct draft){.want = want, .store.huge = true};
    draft->items = store_array(&draft->store, want, sizeof *draft->items, error);
    return draft->items != NULL;
}

void draft_free(struct draft *draft)
{
    store_free(&draft->store);
}

bool draft_full(const struct draft *draft)
{
    return draft->count >= draft->want;
}

/* Terms that follow stay aligned. */
static size_t text_room(size_t size)
{
    return (size + sizeof(struct term) - 1) / sizeof(struct term) * sizeof(struct term);
}

char *draft_reserve_text(struct draft *draft, size_t size, struct error *error)
{
    return store_reserve(&draft->store, text_room(size), error);
}

void draft_commit_text(struct draft *draft, size_t size)
{
    store_commit(&draft->store, text_room(size));
}

bool draft_add(struct draft *draft, const struct term *terms, size_t count, struct error *error)
{
    if (draft_full(draft))
        return true;
    struct term *copy = store_take(&draft->store, count * sizeof *copy, error);
    if (copy == NULL)
        return false;
    memcpy(copy, terms, count * sizeof *copy);
    draft->items[draft->count++] = (struct draft_item){copy, count};
    return true;
}
