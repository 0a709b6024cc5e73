/* stacks.c - see stacks.h. */
#include "harness/driver/trial/stacks.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAPS_BYTES = 1 << 18 };

/* What libdw's callbacks share. */
struct walk {
    Dwfl *dwfl;
    const struct seizure *seizure;
    const struct crash_point *crash;
    struct stacks *stacks;
    int memory_fd;                      /* /proc/PID/mem */
    unsigned next;                      /* in the seizure's threads */
    const struct seized_thread *thread; /* the one in hand */
    struct thread_stack *stack;         /* where its frames go */
    bool after_call;                    /* its first frame is not where it stands, but where it will return */
};

/* Texts, of which nothing may be known */

static void copy_text(char *to, const char *from)
{
    (void)snprintf(to, FRAME_TEXT_BYTES, "%s", from != NULL ? from : "");
}

/* A file of /proc into text[size], NUL-ended; empty if it cannot be read. */
static void read_proc(const char *path, char *text, size_t size)
{
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

/* Frames */

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
    if (stack->frame_count == STACKS_FRAMES_MAX || !dwfl_frame_pc(state, &pc, &activation))
        return DWARF_CB_ABORT;
    activation = activation && !walk->after_call;
    walk->after_call = false;
    name_frame(walk->dwfl, pc, activation, &stack->frames[stack->frame_count++]);
    return DWARF_CB_OK;
}

/* Threads, as libdw asks for them */

static pid_t next_thread(Dwfl *dwfl, void *context, void **thread)
{
    (void)dwfl;
    struct walk *walk = context;
    *thread = walk;
    while (walk->next < walk->seizure->count) {
        walk->thread = &walk->seizure->threads[walk->next++];
        if (walk->thread->stopped)
            return walk->thread->tid;
    }
    return 0;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result, void *context)
{
    (void)dwfl;
    const struct walk *walk = context;
    return pread(walk->memory_fd, result, sizeof *result, (off_t)address) == (ssize_t)sizeof *result;
}

static bool is_crashed(const struct walk *walk)
{
    return walk->crash->tid != 0 && walk->thread->tid == (pid_t)walk->crash->tid;
}

/*
 * A call through a bad pointer leads to where no unwind table is. The caller is still known: the call has
 * just left its return address. Makes the bad place a frame of its own, and begins at the caller.
 */
static void step_out_of_nowhere(struct walk *walk, struct registers *registers)
{
    Dwarf_Word caller = 0;
#if defined __x86_64__
    enum { SP = 7, PC = 16 };
    if (!read_memory(walk->dwfl, registers->by_number[SP], &caller, walk))
        return;
#elif defined __aarch64__
    enum { LR = 30 };
    caller = registers->by_number[LR];
#endif
    if (dwfl_addrmodule(walk->dwfl, registers->pc) != NULL || dwfl_addrmodule(walk->dwfl, caller - 1) == NULL)
        return;
    walk->stack->frames[walk->stack->frame_count++] = (struct frame){.pc = registers->pc};
    walk->after_call = true;
    registers->pc = caller;
#if defined __x86_64__
    registers->by_number[PC] = caller;
    registers->by_number[SP] += sizeof caller;
#endif
}

static bool set_registers(Dwfl_Thread *thread, void *context)
{
    struct walk *walk = context;
    struct registers registers;
    if (is_crashed(walk))
        registers = walk->crash->registers;
    else if (!seized_registers(walk->thread, &registers))
        return false;
    if (is_crashed(walk))
        step_out_of_nowhere(walk, &registers);
    dwfl_thread_state_register_pc(thread, registers.pc);
    return dwfl_thread_state_registers(thread, 0, PAGE_REGISTERS, registers.by_number);
}

static int walk_thread(Dwfl_Thread *thread, void *context)
{
    struct walk *walk = context;
    struct stacks *stacks = walk->stacks;
    /* The last place is kept for the thread that matters. */
    unsigned room = is_crashed(walk) || walk->crash->tid == 0 ? STACKS_THREADS_MAX : STACKS_THREADS_MAX - 1;
    if (stacks->stack_count >= room)
        return DWARF_CB_OK;
    walk->stack = &stacks->stacks[stacks->stack_count++];
    walk->stack->tid = (uint32_t)dwfl_thread_tid(thread);
    walk->after_call = false;
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/comm", (int)walk->seizure->pid,
                   (int)walk->thread->tid);
    read_proc(path, walk->stack->name, sizeof walk->stack->name);
    walk->stack->name[strcspn(walk->stack->name, "\n")] = '\0';
    (void)dwfl_thread_getframes(thread, walk_frame, walk); /* as far as it goes */
    return DWARF_CB_OK;
}

/* The whole */

static bool attach(struct walk *walk)
{
    static const Dwfl_Thread_Callbacks callbacks = {
        .next_thread = next_thread, .memory_read = read_memory, .set_initial_registers = set_registers};
    pid_t pid = walk->seizure->pid;
    return dwfl_linux_proc_report(walk->dwfl, pid) == 0 && dwfl_report_end(walk->dwfl, NULL, NULL) == 0 &&
           dwfl_attach_state(walk->dwfl, NULL, pid, &callbacks, walk);
}

static bool take(struct walk *walk)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)walk->seizure->pid);
    read_proc(path, walk->stacks->maps, MAPS_BYTES);
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)walk->seizure->pid);
    walk->memory_fd = open(path, O_RDONLY | O_CLOEXEC);
    bool attached = walk->memory_fd >= 0 && attach(walk);
    if (attached)
        (void)dwfl_getthreads(walk->dwfl, walk_thread, walk);
    if (walk->memory_fd >= 0)
        (void)close(walk->memory_fd);
    return attached;
}

struct stacks *stacks_take(const struct seizure *seizure, const struct crash_point *crash)
{
    static char *debuginfo_path; /* libdwfl wants the address of a pointer: NULL is its default */
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo,
                                             .debuginfo_path = &debuginfo_path};
    struct stacks *stacks = calloc(1, sizeof *stacks);
    if (stacks == NULL)
        return NULL;
    stacks->threads_alive = seizure->alive;
    stacks->maps = malloc(MAPS_BYTES);
    struct walk walk = {.dwfl = dwfl_begin(&callbacks),
                        .seizure = seizure,
                        .crash = crash,
                        .stacks = stacks,
                        .memory_fd = -1};
    bool taken = stacks->maps != NULL && walk.dwfl != NULL && take(&walk);
    if (walk.dwfl != NULL)
        dwfl_end(walk.dwfl);
    if (!taken) {
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
