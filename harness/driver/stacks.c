/* stacks.c - see stacks.h. */
#include "harness/driver/stacks.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAPS_BYTES = 1 << 18 };

static void copy_text(char *to, const char *from)
{
    (void)snprintf(to, FRAME_TEXT_BYTES, "%s", from != NULL ? from : "");
}

/* Walking */

struct walk {
    Dwfl *dwfl;
    struct stacks *stacks;
    struct thread_stack *stack; /* the one in hand */
    uint32_t crash_tid;
    uint64_t crash_ip;
};

static void name_frame(Dwfl *dwfl, Dwarf_Addr pc, bool activation, struct frame *frame)
{
    /* A return address belongs to the call before it. */
    Dwarf_Addr at = activation ? pc : pc - 1;
    *frame = (struct frame){.pc = pc};
    Dwfl_Module *module = dwfl_addrmodule(dwfl, at);
    if (module == NULL)
        return;
    Dwarf_Addr start = 0;
    copy_text(frame->object, dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL));
    frame->offset = pc - start;
    copy_text(frame->function, dwfl_module_addrname(module, at));
    Dwfl_Line *line = dwfl_module_getsrc(module, at);
    if (line != NULL)
        copy_text(frame->file, dwfl_lineinfo(line, NULL, &frame->line, NULL, NULL, NULL));
}

static int walk_frame(Dwfl_Frame *state, void *context)
{
    struct walk *walk = context;
    struct thread_stack *stack = walk->stack;
    Dwarf_Addr pc;
    bool activation;
    if (!dwfl_frame_pc(state, &pc, &activation))
        return DWARF_CB_ABORT;
    /* What lies above the crash is our own signal handler. */
    if (stack->tid == walk->crash_tid && pc == walk->crash_ip)
        stack->frame_count = 0;
    if (stack->frame_count == STACKS_FRAMES_MAX)
        return DWARF_CB_ABORT;
    name_frame(walk->dwfl, pc, activation, &stack->frames[stack->frame_count++]);
    return DWARF_CB_OK;
}

static int walk_thread(Dwfl_Thread *thread, void *context)
{
    struct walk *walk = context;
    struct stacks *stacks = walk->stacks;
    stacks->threads_alive++;
    uint32_t tid = (uint32_t)dwfl_thread_tid(thread);
    /* The last place is kept for the thread that matters. */
    bool room = stacks->stack_count + 1 < STACKS_THREADS_MAX ||
                (tid == walk->crash_tid && stacks->stack_count < STACKS_THREADS_MAX);
    if (!room)
        return DWARF_CB_OK;
    walk->stack = &stacks->stacks[stacks->stack_count++];
    walk->stack->tid = tid;
    /* A stack that cannot be walked to its end is kept as far as it goes. */
    (void)dwfl_thread_getframes(thread, walk_frame, walk);
    return DWARF_CB_OK;
}

static void read_maps(pid_t pid, char *text, size_t size)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    while (fd >= 0 && length + 1 < size) {
        ssize_t got = read(fd, text + length, size - length - 1);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    if (fd >= 0)
        (void)close(fd);
}

struct stacks *stacks_take(pid_t pid, uint32_t crash_tid, uint64_t crash_ip)
{
    static char *debuginfo_path; /* libdwfl wants the address of a pointer: NULL is its default */
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo,
                                             .debuginfo_path = &debuginfo_path};
    struct stacks *stacks = calloc(1, sizeof *stacks);
    if (stacks == NULL)
        return NULL;
    stacks->maps = malloc(MAPS_BYTES);
    Dwfl *dwfl = dwfl_begin(&callbacks);
    bool attached = stacks->maps != NULL && dwfl != NULL && dwfl_linux_proc_report(dwfl, pid) == 0 &&
                    dwfl_report_end(dwfl, NULL, NULL) == 0 && dwfl_linux_proc_attach(dwfl, pid, false) == 0;
    if (attached) {
        read_maps(pid, stacks->maps, MAPS_BYTES);
        struct walk walk = {.dwfl = dwfl, .stacks = stacks, .crash_tid = crash_tid, .crash_ip = crash_ip};
        (void)dwfl_getthreads(dwfl, walk_thread, &walk);
    }
    if (dwfl != NULL)
        dwfl_end(dwfl);
    if (!attached) {
        stacks_free(stacks);
        return NULL;
    }
    return stacks;
}

void stacks_free(struct stacks *stacks)
{
    if (stacks == NULL)
        return;
    free(stacks->maps);
    free(stacks);
}

const struct thread_stack *stacks_of(const struct stacks *stacks, uint32_t tid)
{
    for (unsigned i = 0; stacks != NULL && i < stacks->stack_count; i++)
        if (stacks->stacks[i].tid == tid)
            return &stacks->stacks[i];
    return NULL;
}
