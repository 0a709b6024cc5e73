/* hypotheses.c - see hypotheses.h. */
#include "harness/driver/hypotheses.h"

json_t *hypotheses_json(const struct catalogue *catalogue, const struct text_list *specs)
{
    json_t *object = json_object();
    for (size_t i = 0; object != NULL && i < specs->count; i++) {
        const struct catalogue_strategy *strategy = catalogue_find(catalogue, specs->items[i]);
        if (strategy == NULL || strategy->hypothesis == NULL)
            continue;
        if (json_object_set_new(object, strategy->name, json_string(strategy->hypothesis)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}
