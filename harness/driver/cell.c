/* cell.c - see cell.h: saying what a cell is. */
#include "harness/driver/cell.h"

#include <inttypes.h>
#include <stdio.h>

int cell_text(const struct cell *cell, char *text, size_t size)
{
    return snprintf(text, size, "%s %s, batch %" PRIu64 ", %s%s, %" PRIu64 " thread%s, %s, %s%s",
                    cell->workload, cell->allocator, cell->batch, cell->strategy,
                    cell->twin ? " (again)" : "", cell->threads, cell->threads == 1 ? "" : "s",
                    cell->interned ? "interned" : "inline", cell->bind, cell->encoded ? ", encoded" : "");
}
