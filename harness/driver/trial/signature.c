/* signature.c - the name of a crash, by its stack; see stacks.h. */
#include "harness/driver/trial/stacks.h"

#include <stdio.h>
#include <string.h>

enum { SIGNATURE_FRAMES = 3 };

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_libc(const char *object)
{
    const char *name = base_name(object);
    return strncmp(name, "libc.so", 7) == 0 || strncmp(name, "libc-", 5) == 0;
}

/* The file of a library is known by more than one name: libx.so, libx.so.4, libx.so.4.5.10. */
static size_t stem_length(const char *name)
{
    const char *suffix = strstr(name, ".so");
    return suffix != NULL ? (size_t)(suffix - name) : strlen(name);
}

static bool same_object(const struct frame *frame, const char *object)
{
    const char *a = base_name(frame->object), *b = base_name(object);
    size_t length = stem_length(b);
    return length > 0 && stem_length(a) == length && memcmp(a, b, length) == 0;
}

/* Whether a function is a call of the allocator's interface. */
static bool is_entry(const char *function)
{
    static const char *const entries[] = {"malloc",        "calloc",         "realloc",  "free",
                                          "aligned_alloc", "posix_memalign", "memalign", "reallocarray"};
    if (strncmp(function, "__libc_", 7) == 0)
        function += 7;
    size_t length = strcspn(function, ".@"); /* free.part.0, free@@GLIBC_2.2.5 */
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        if (strlen(entries[i]) == length && strncmp(entries[i], function, length) == 0)
            return true;
    return false;
}

/*
 * The frame behind those that lie in the allocator from frame first on; first itself if none does. The C
 * library's allocator lies in one object with everything else: there only what a call of its interface led to
 * belongs to it. In an object of its own everything does; which call led there cannot always be told, as
 * calls at a function's end leave no frame, and what is not exported has no name.
 */
static unsigned skip_allocator(const struct thread_stack *stack, unsigned first, const char *object)
{
    bool libc = is_libc(object);
    unsigned behind = first;
    for (unsigned i = first; i < stack->frame_count && same_object(&stack->frames[i], object); i++)
        if (!libc || is_entry(stack->frames[i].function))
            behind = i + 1;
    return behind;
}

/* A sanitizer's runtime, between what it found and the abort(): libasan.so.8. */
static bool is_sanitizer(const char *object)
{
    const char *name = base_name(object);
    return strncmp(name, "libasan.", 8) == 0 || strncmp(name, "libubsan.", 9) == 0 ||
           strncmp(name, "libtsan.", 8) == 0;
}

/* The first frame that is not on the way from a cause to its abort(), which says nothing of it. */
static unsigned skip_abort(const struct thread_stack *stack)
{
    static const char *const steps[] = {"raise", "gsignal", "abort", "__assert_fail", "__libc_message"};
    unsigned behind = 0;
    unsigned i = 0;
    for (; i < stack->frame_count && is_libc(stack->frames[i].object); i++)
        for (size_t j = 0; j < sizeof steps / sizeof steps[0]; j++)
            if (strcmp(stack->frames[i].function, steps[j]) == 0)
                behind = i + 1;
    for (; i < stack->frame_count && is_sanitizer(stack->frames[i].object); i++)
        behind = i + 1;
    return behind;
}

/* What a frame outside the allocator is called: its function without the compiler's suffix (intern.part.0),
 * or the object that it lies in. */
static const char *frame_name(const struct frame *frame, int *bytes)
{
    const char *name = frame->function[0] != '\0' ? frame->function : base_name(frame->object);
    *bytes = (int)(name == frame->function ? strcspn(name, ".@") : strlen(name));
    if (*bytes > 0)
        return name;
    *bytes = 1;
    return "?";
}

void stack_signature(const struct thread_stack *stack, const char *object, char *text, size_t size)
{
    static const char allocator[] = "(allocator)";
    size_t length = 0;
    text[0] = '\0';
    unsigned at = stack != NULL ? skip_abort(stack) : 0;
    for (unsigned named = 0; stack != NULL && at < stack->frame_count && named < SIGNATURE_FRAMES; named++) {
        int bytes = sizeof allocator - 1;
        unsigned behind = skip_allocator(stack, at, object);
        const char *name = behind > at ? allocator : frame_name(&stack->frames[at], &bytes);
        int used = snprintf(text + length, size - length, "%s%.*s", named > 0 ? "<" : "", bytes, name);
        if (used < 0 || (size_t)used >= size - length)
            return;
        length += (size_t)used;
        at = behind > at ? behind : at + 1;
    }
}

uint64_t signature_hash(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return hash;
}
