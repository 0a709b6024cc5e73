/* crew.c - see crew.h. */
#include "strategies/crew.h"

#include <stdlib.h>
#include <string.h>

enum { OPTION_POOL, OPTION_SPACE, CREW_ALIGNMENT = 64 };

enum strategy_status crew_open(const struct strategy_setup *setup, size_t bytes, size_t part_bytes,
                               void **state)
{
    if (!encoder_for_each_worker(setup))
        return STRATEGY_UNSUPPORTED;
    size_t all = (bytes + setup->workers * part_bytes + CREW_ALIGNMENT - 1) / CREW_ALIGNMENT * CREW_ALIGNMENT;
    struct crew *made = aligned_alloc(CREW_ALIGNMENT, all);
    if (made == NULL)
        return STRATEGY_NO_MEMORY;
    memset(made, 0, all);
    made->base = trie_state_with(setup, &setup->options[OPTION_SPACE]);
    enum strategy_status status = space_announce(setup->batch_max, &made->lid);
    if (status == STRATEGY_OK)
        status = pool_open(setup, (enum pool_kind)setup->options[OPTION_POOL], &made->pool);
    if (status != STRATEGY_OK) {
        crew_close(made);
        return status;
    }
    *state = made;
    return STRATEGY_OK;
}

void crew_close(void *state)
{
    struct crew *crew = state;
    pool_close(crew->pool);
    free(crew->lid);
    free(crew);
}

enum strategy_status crew_take(struct crew *crew, struct space *space, const struct batch *batch,
                               struct strategy_run *run)
{
    crew->space = space;
    crew->batch = batch;
    crew->run = run;
    return encoder_expect(crew->base.setup, space, batch->items, batch->count);
}

enum strategy_status crew_create(void *state, void **space)
{
    pool_rouse(((struct crew *)state)->pool);
    return space_create(state, space);
}
