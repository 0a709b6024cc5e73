/*
 * plain.c - the calls that -fsanitize=thread puts before plain accesses, and around functions.
 *
 * Names and signatures are the compiler's interface to libtsan (gcc's sanitizer.def), those that clang adds
 * included.
 */
#include "harness/perturb/point.h"

#include <stddef.h>
#include <string.h>

/* An access to one address: the compiler does the access itself, afterwards. */
#define ACCESS(name)                                                                                         \
    void __tsan_##name(void *address);                                                                       \
    void __tsan_##name(void *address)                                                                        \
    {                                                                                                        \
        (void)address;                                                                                       \
        perturb_point();                                                                                     \
    }

#define ACCESS_OF_BYTES(kind)                                                                                \
    ACCESS(kind##1)                                                                                          \
    ACCESS(kind##2)                                                                                          \
    ACCESS(kind##4)                                                                                          \
    ACCESS(kind##8)                                                                                          \
    ACCESS(kind##16)

ACCESS_OF_BYTES(read)
ACCESS_OF_BYTES(write)
ACCESS_OF_BYTES(read_write)
ACCESS_OF_BYTES(volatile_read)
ACCESS_OF_BYTES(volatile_write)
ACCESS_OF_BYTES(unaligned_read)
ACCESS_OF_BYTES(unaligned_write)
ACCESS_OF_BYTES(unaligned_read_write)
ACCESS_OF_BYTES(unaligned_volatile_read)
ACCESS_OF_BYTES(unaligned_volatile_write)
ACCESS(vptr_read)

/* An access to a range, or to a vptr with its new value: of two arguments. */
#define ACCESS_WITH(name, type)                                                                              \
    void __tsan_##name(void *address, type more);                                                            \
    void __tsan_##name(void *address, type more)                                                             \
    {                                                                                                        \
        (void)address;                                                                                       \
        (void)more;                                                                                          \
        perturb_point();                                                                                     \
    }

ACCESS_WITH(read_range, size_t)
ACCESS_WITH(write_range, size_t)
ACCESS_WITH(vptr_update, void *)

/* What needs no point of its own. */
void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
    (void)caller;
}

/* gcc's declaration has an argument that it does not always pass; nobody reads it. */
void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}

/* Clang's stand-ins for the functions of the same name; gcc calls the functions themselves. */
void *__tsan_memcpy(void *to, const void *from, size_t bytes);
void *__tsan_memcpy(void *to, const void *from, size_t bytes)
{
    perturb_point();
    return memcpy(to, from, bytes);
}

void *__tsan_memmove(void *to, const void *from, size_t bytes);
void *__tsan_memmove(void *to, const void *from, size_t bytes)
{
    perturb_point();
    return memmove(to, from, bytes);
}

void *__tsan_memset(void *to, int byte, size_t bytes);
void *__tsan_memset(void *to, int byte, size_t bytes)
{
    perturb_point();
    return memset(to, byte, bytes);
}
