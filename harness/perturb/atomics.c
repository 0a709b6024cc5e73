/*
 * atomics.c - the calls that -fsanitize=thread puts in place of atomic operations: a point of perturbation,
 * then the operation itself.
 *
 * Names and signatures are the compiler's interface to libtsan (gcc's sanitizer.def). All operations are
 * sequentially consistent, which is at least what was asked: a perturbed run may hide a fault that lies in
 * too weak an order alone, and never shows one that is not there. A weak exchange never fails without cause.
 */
#include "harness/perturb/point.h"

#include <stdbool.h>

typedef uint8_t word8;
typedef uint16_t word16;
typedef uint32_t word32;
typedef uint64_t word64;
__extension__ typedef unsigned __int128 word128;

#define EXCHANGE(bits, strength, compare)                                                                    \
    bool __tsan_atomic##bits##_compare_exchange_##strength(volatile void *address, void *expected,           \
                                                           word##bits value, int order, int failed_order);   \
    bool __tsan_atomic##bits##_compare_exchange_##strength(volatile void *address, void *expected,           \
                                                           word##bits value, int order, int failed_order)    \
    {                                                                                                        \
        (void)order;                                                                                         \
        (void)failed_order;                                                                                  \
        perturb_point();                                                                                     \
        return compare(address, expected, value);                                                            \
    }

#define FETCH(bits, what, fetch)                                                                             \
    word##bits __tsan_atomic##bits##_##what(volatile void *address, word##bits value, int order);            \
    word##bits __tsan_atomic##bits##_##what(volatile void *address, word##bits value, int order)             \
    {                                                                                                        \
        (void)order;                                                                                         \
        perturb_point();                                                                                     \
        return fetch(address, value);                                                                        \
    }

#define LOAD(bits, load)                                                                                     \
    word##bits __tsan_atomic##bits##_load(const volatile void *address, int order);                          \
    word##bits __tsan_atomic##bits##_load(const volatile void *address, int order)                           \
    {                                                                                                        \
        (void)order;                                                                                         \
        perturb_point();                                                                                     \
        return load(address);                                                                                \
    }

#define STORE(bits, exchange)                                                                                \
    void __tsan_atomic##bits##_store(volatile void *address, word##bits value, int order);                   \
    void __tsan_atomic##bits##_store(volatile void *address, word##bits value, int order)                    \
    {                                                                                                        \
        (void)order;                                                                                         \
        perturb_point();                                                                                     \
        exchange(address, value);                                                                            \
    }

/* Up to 64 bits the compiler has the operations. */
#define OPERATIONS(bits)                                                                                     \
    static inline bool compare##bits(volatile void *address, void *expected, word##bits value)               \
    {                                                                                                        \
        return __atomic_compare_exchange_n((volatile word##bits *)address, (word##bits *)expected, value,    \
                                           false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                       \
    }                                                                                                        \
    static inline word##bits load##bits(const volatile void *address)                                        \
    {                                                                                                        \
        return __atomic_load_n((const volatile word##bits *)address, __ATOMIC_SEQ_CST);                      \
    }                                                                                                        \
    OPERATION(bits, exchange, __atomic_exchange_n)                                                           \
    OPERATION(bits, add, __atomic_fetch_add)                                                                 \
    OPERATION(bits, sub, __atomic_fetch_sub)                                                                 \
    OPERATION(bits, and, __atomic_fetch_and)                                                                 \
    OPERATION(bits, or, __atomic_fetch_or)                                                                   \
    OPERATION(bits, xor, __atomic_fetch_xor)                                                                 \
    OPERATION(bits, nand, __atomic_fetch_nand)

#define OPERATION(bits, what, builtin)                                                                       \
    static inline word##bits what##bits(volatile void *address, word##bits value)                            \
    {                                                                                                        \
        return builtin((volatile word##bits *)address, value, __ATOMIC_SEQ_CST);                             \
    }

OPERATIONS(8)
OPERATIONS(16)
OPERATIONS(32)
OPERATIONS(64)

/*
 * Of 128 bits only compare-and-swap is in the instruction set, and everything else is a loop over it; the
 * generic built-ins would call libatomic. A load writes back what it finds, so it needs memory that may be
 * written.
 */
#ifdef __x86_64__
#define HAS_SWAP128 __attribute__((target("cx16")))
#else
#define HAS_SWAP128
#endif

HAS_SWAP128 static word128 swap128(volatile void *address, word128 expected, word128 value)
{
    return __sync_val_compare_and_swap((volatile word128 *)address, expected, value);
}

static word128 load128(const volatile void *address)
{
    return swap128((volatile void *)(uintptr_t)address, 0, 0);
}

static bool compare128(volatile void *address, void *expected, word128 value)
{
    word128 *asked = expected;
    word128 found = swap128(address, *asked, value);
    bool same = found == *asked;
    *asked = found;
    return same;
}

#define OPERATION128(what, result)                                                                           \
    static word128 what##128(volatile void *address, word128 value)                                          \
    {                                                                                                        \
        word128 old = load128(address);                                                                      \
        while (!compare128(address, &old, (result)))                                                         \
            ;                                                                                                \
        return old;                                                                                          \
    }

OPERATION128(exchange, value)
OPERATION128(add, old + value)
OPERATION128(sub, old - value)
OPERATION128(and, old &value)
OPERATION128(or, old | value)
OPERATION128(xor, old ^ value)
OPERATION128(nand, ~(old &value))

#define CALLS(bits)                                                                                          \
    LOAD(bits, load##bits)                                                                                   \
    STORE(bits, (void)exchange##bits)                                                                        \
    FETCH(bits, exchange, exchange##bits)                                                                    \
    FETCH(bits, fetch_add, add##bits)                                                                        \
    FETCH(bits, fetch_sub, sub##bits)                                                                        \
    FETCH(bits, fetch_and, and##bits)                                                                        \
    FETCH(bits, fetch_or, or ##bits)                                                                         \
    FETCH(bits, fetch_xor, xor##bits)                                                                        \
    FETCH(bits, fetch_nand, nand##bits)                                                                      \
    EXCHANGE(bits, strong, compare##bits)                                                                    \
    EXCHANGE(bits, weak, compare##bits)

CALLS(8)
CALLS(16)
CALLS(32)
CALLS(64)
CALLS(128)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
    (void)order;
    perturb_point();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* Between a thread and its own signal handlers: the call itself is the barrier. */
void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
    (void)order;
}
