/* crash.c - see crash.h. */
#include "harness/driver/trial/crash.h"

#include "harness/driver/json_build.h"
#include "harness/driver/trial/kernel_line.h"
#include "harness/driver/trial/outcome.h"
#include "harness/driver/printed.h"
#include "harness/driver/trial/stacks.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { ANY_SIGNAL = 0, NULL_PAGE_BYTES = 1 << 16 };

static const struct {
    int signal;
    int code;
    const char *name;
} codes[] = {
    {ANY_SIGNAL, SI_USER, "SI_USER"},         {ANY_SIGNAL, SI_QUEUE, "SI_QUEUE"},
    {ANY_SIGNAL, SI_TKILL, "SI_TKILL"},       {ANY_SIGNAL, SI_TIMER, "SI_TIMER"},
    {ANY_SIGNAL, SI_KERNEL, "SI_KERNEL"},     {SIGSEGV, SEGV_MAPERR, "SEGV_MAPERR"},
    {SIGSEGV, SEGV_ACCERR, "SEGV_ACCERR"},    {SIGSEGV, SEGV_BNDERR, "SEGV_BNDERR"},
    {SIGSEGV, SEGV_PKUERR, "SEGV_PKUERR"},    {SIGBUS, BUS_ADRALN, "BUS_ADRALN"},
    {SIGBUS, BUS_ADRERR, "BUS_ADRERR"},       {SIGBUS, BUS_OBJERR, "BUS_OBJERR"},
    {SIGBUS, BUS_MCEERR_AR, "BUS_MCEERR_AR"}, {SIGBUS, BUS_MCEERR_AO, "BUS_MCEERR_AO"},
    {SIGFPE, FPE_INTDIV, "FPE_INTDIV"},       {SIGFPE, FPE_INTOVF, "FPE_INTOVF"},
    {SIGFPE, FPE_FLTDIV, "FPE_FLTDIV"},       {SIGFPE, FPE_FLTOVF, "FPE_FLTOVF"},
    {SIGFPE, FPE_FLTUND, "FPE_FLTUND"},       {SIGFPE, FPE_FLTRES, "FPE_FLTRES"},
    {SIGFPE, FPE_FLTINV, "FPE_FLTINV"},       {SIGFPE, FPE_FLTSUB, "FPE_FLTSUB"},
    {SIGILL, ILL_ILLOPC, "ILL_ILLOPC"},       {SIGILL, ILL_ILLOPN, "ILL_ILLOPN"},
    {SIGILL, ILL_ILLADR, "ILL_ILLADR"},       {SIGILL, ILL_ILLTRP, "ILL_ILLTRP"},
    {SIGILL, ILL_PRVOPC, "ILL_PRVOPC"},       {SIGILL, ILL_PRVREG, "ILL_PRVREG"},
    {SIGILL, ILL_COPROC, "ILL_COPROC"},       {SIGILL, ILL_BADSTK, "ILL_BADSTK"},
    {SIGTRAP, TRAP_BRKPT, "TRAP_BRKPT"},      {SIGTRAP, TRAP_TRACE, "TRAP_TRACE"},
};

void crash_signal_name(int signal, char *name, size_t size)
{
    const char *short_name = sigabbrev_np(signal);
    if (short_name != NULL)
        (void)snprintf(name, size, "SIG%s", short_name);
    else
        (void)snprintf(name, size, "signal %d", signal);
}

const char *crash_code_name(int signal, int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == code && (codes[i].signal == signal || codes[i].signal == ANY_SIGNAL))
            return codes[i].name;
    }
    return NULL;
}

bool crash_address_class(int signal, int code, uint64_t address, char class[CRASH_CLASS_BYTES])
{
    class[0] = '\0';
    bool sent_by_process = code <= 0;
    if ((signal != SIGSEGV && signal != SIGBUS) || sent_by_process)
        return false;
    if (code == SI_KERNEL && address == 0)
        (void)snprintf(class, CRASH_CLASS_BYTES, "non-canonical");
    else if (address == 0)
        (void)snprintf(class, CRASH_CLASS_BYTES, "null");
    else if (address < NULL_PAGE_BYTES)
        (void)snprintf(class, CRASH_CLASS_BYTES, "null+0x%" PRIx64, address);
    else if ((signal == SIGSEGV && code == SEGV_MAPERR) || (signal == SIGBUS && code == BUS_ADRERR))
        (void)snprintf(class, CRASH_CLASS_BYTES, "unmapped");
    else
        (void)snprintf(class, CRASH_CLASS_BYTES, "mapped-no-access");
    return true;
}

static void put_address(struct build *build, const char *key, uint64_t address)
{
    char text[32];
    (void)snprintf(text, sizeof text, "0x%" PRIx64, address);
    build_text(build, key, text);
}

/* What groups crashes that are the same: "SIGSEGV null+0x10 intern<add<encode merge". */
static void put_signature(struct build *build, const struct trial_result *result,
                          const struct thread_stack *stack, const char *signal_name, const char *class,
                          const char *activity)
{
    char top[512], text[768];
    const char *object = result->page_valid ? result->page->allocator_object : "";
    stack_signature(stack, object, top, sizeof top);
    (void)snprintf(text, sizeof text, "%s%s%s%s%s %s", signal_name, class[0] != '\0' ? " " : "", class,
                   top[0] != '\0' ? " " : "", top, activity);
    build_text(build, "signature", text);
    build_hash(build, "signature_hash", signature_hash(text));
}

/* Which worker a thread is, or -1. */
static int worker_of(const struct trial_result *result, uint32_t tid)
{
    for (uint32_t i = 0; result->page_valid && tid != 0 && i < result->page->thread_count; i++)
        if (result->page->threads[i].tid == tid)
            return (int)i;
    return -1;
}

static json_t *stacks_json(const struct trial_result *result)
{
    json_t *array = json_array();
    for (unsigned i = 0; array != NULL && result->stacks != NULL && i < result->stacks->stack_count; i++) {
        const struct thread_stack *stack = &result->stacks->stacks[i];
        int worker = worker_of(result, stack->tid);
        struct build build;
        build_begin(&build);
        build_json(&build, "thread", worker >= 0 ? json_integer(worker) : json_null());
        build_text_known(&build, "name", stack->name);
        build_json(&build, "frames", stack_json(stack));
        if (json_array_append_new(array, build_end(&build)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* What only a look from outside can tell: how many threads there were, and where each of them stood. */
static void put_stacks(struct build *build, const struct trial_result *result,
                       const struct thread_stack *stack)
{
    const struct stacks *stacks = result->stacks;
    build_json(build, "threads_alive", stacks != NULL ? json_integer(stacks->threads_alive) : json_null());
    build_json(build, "frames", stack_json(stack));
    build_json(build, "stacks", stacks_json(result));
    build_json(build, "stacks_left_out",
               stacks != NULL ? json_integer(stacks->threads_alive - stacks->stack_count) : json_null());
}

static void put_part(struct build *build, const char *key, struct part part)
{
    build_json(build, key, part.length > 0 ? json_text(part.text, part.length) : json_null());
}

/* The fields that the signal handler left. */
static void put_handled(struct build *build, const struct trial_result *result, const char *signal_name)
{
    const struct trial_page *page = result->page;
    int signal = (int)page->crash_signal;
    const char *code_name = crash_code_name(signal, page->crash_code);
    char class[CRASH_CLASS_BYTES];
    bool has_address = crash_address_class(signal, page->crash_code, page->crash_address, class);
    /* The kernel's code alone cannot tell a stack's end from any other place without memory. */
    if (has_address && result->stacks != NULL && page->crash_address >= NULL_PAGE_BYTES)
        (void)snprintf(class, sizeof class, "%s",
                       maps_class(result->stacks->maps, page->crash_address, page->crash_sp));
    const struct thread_stack *stack = stacks_of(result->stacks, page->crash_tid);
    int thread = worker_of(result, page->crash_tid);
    const char *activity = page_activity(page, thread);

    build_json(build, "code", json_integer(page->crash_code));
    build_text_known(build, "code_name", code_name != NULL ? code_name : "");
    if (has_address)
        put_address(build, "address", page->crash_address);
    else
        build_null(build, "address");
    build_text_known(build, "address_class", class);
    put_address(build, "ip", page->crash_ip);
    put_address(build, "sp", page->crash_sp);
    build_json(build, "thread", thread >= 0 ? json_integer(thread) : json_null());
    put_stacks(build, result, stack);
    build_text(build, "phase", activity);
    build_json(build, "sample_index", thread >= 0 ? json_count(page->progress[thread].sample) : json_null());
    put_signature(build, result, stack, signal_name, class, activity);
    char line[512];
    (void)kernel_line("/dev/kmsg", page->crash_tid, line, sizeof line);
    build_text_known(build, "kernel_line", line);
    uint64_t after_ns = page->crash_ns - result->started_ns;
    bool plausible = page->crash_ns >= result->started_ns && after_ns <= result->wall_ns;
    build_json(build, "after_ns", plausible ? json_count(after_ns) : json_null());
}

/* The same fields where no handler ran: only the signal is known, and perhaps what the trial was doing. */
static void put_unhandled(struct build *build, const struct trial_result *result, const char *signal_name)
{
    static const char *const before[] = {"code", "code_name", "address", "address_class",
                                         "ip",   "sp",        "thread"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        build_null(build, before[i]);
    const char *activity = result->page_valid ? page_activity(result->page, -1) : "";
    build_text_known(build, "phase", activity);
    build_null(build, "sample_index");
    const struct thread_stack *main_stack =
        result->page_valid ? stacks_of(result->stacks, result->page->threads[0].tid) : NULL;
    put_stacks(build, result, main_stack);
    put_signature(build, result, main_stack, signal_name, "", activity[0] != '\0' ? activity : "unknown");
    build_null(build, "kernel_line");
    build_null(build, "after_ns");
}

json_t *crash_json(const struct trial_result *result)
{
    bool hangs = result->outcome == OUTCOME_HANG;
    if ((result->outcome != OUTCOME_CRASH && result->outcome != OUTCOME_ABORT && !hangs) ||
        !WIFSIGNALED(result->wait_status))
        return json_null();
    int signal = WTERMSIG(result->wait_status);
    char signal_name[32] = "hang";
    if (!hangs)
        crash_signal_name(signal, signal_name, sizeof signal_name);

    struct build build;
    build_begin(&build);
    build_json(&build, "signal", hangs ? json_null() : json_integer(signal));
    build_text(&build, "signal_name", signal_name);
    if (result->page_valid && result->page->crash_signal == (uint32_t)signal)
        put_handled(&build, result, signal_name);
    else
        put_unhandled(&build, result, signal_name);
    put_part(&build, "message", printed_message(result->output));
    put_part(&build, "report", printed_report(result->output));
    return build_end(&build);
}
