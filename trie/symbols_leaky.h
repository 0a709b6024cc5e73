/*
 * symbols_leaky.h - race 1 of the original symbol table, restated: permits whose slot number outlives them,
 * and appending to a slot as if nobody else did.
 *
 * Between the steps of one append another thread may do any of its own; with a slot of one's own, nothing
 * shows. The steps are apart so that a test can lay those of two threads one between the other by hand.
 * For symbols_faulty.c alone. Source: the interner of the MORK kernel.
 */
#ifndef TRIE_SYMBOLS_LEAKY_H
#define TRIE_SYMBOLS_LEAKY_H

#include "trie/symbols_private.h"

/*
 * A slab that was made, noted apart from the chain that the fault tears: so that lost ones can be counted,
 * and nothing that is torn is followed at the end. This is soundly shared, and no part of what is restated.
 */
struct slab_note {
    struct slab *slab;
    struct slab_note *_Atomic newer;
};

/* The slabs made for one slot, in the order of their making. All zero is none. */
struct slab_notes {
    struct slab_note *_Atomic newest;
    struct slab_note *_Atomic oldest;
};

struct slab_count {
    size_t made;
    size_t lost; /* no longer in the slot's chain */
};

/* One text on its way into a slot. */
struct append {
    volatile struct slab *last; /* the slot's last slab as it was first read; NULL: it had none */
    struct slab before;         /* its header then, if there is an entry */
    const uint8_t *entry;       /* NULL: not yet written */
};

/*
 * The slot that the calling thread remembers, from whatever table; if it has none, one that is claimed here.
 * Errors: TRIE_NO_SLOT.
 */
TRIE_MUST_USE enum trie_status permit_take(struct symbols *symbols, uint32_t *slot);

/* Gives the slot back, whoever holds it here; the number stays remembered. */
void permit_drop(struct symbols *symbols, uint32_t slot);

/* First step, under no lock: writes the text if the slot has a slab with room to spare. */
void intern_eagerly(struct slot *slot, struct slab_notes *notes, const char *text, size_t size,
                    struct append *append);

/*
 * Second step, under the lock of the text, which other texts of this slot do not take; if nobody else has
 * interned it: writes it if the first step did not. Errors: TRIE_NO_MEMORY.
 */
TRIE_MUST_USE enum trie_status intern_locked(struct slot *slot, struct slab_notes *notes, const char *text,
                                             size_t size, struct append *append);

/* Last step, under no lock again. is_new: the entry is in use, else what was written eagerly is undone. */
void intern_finish(struct slot *slot, const struct append *append, bool is_new);

/* How many slabs were made and are lost. Exact when no thread is interning. */
struct slab_count leaky_count(const struct slot *slot, const struct slab_notes *notes);

/* Frees the slabs in the slot's chain, and the notes. Lost slabs stay lost, as they do in the original. */
void leaky_clear(struct slot *slot, struct slab_notes *notes);

#endif
