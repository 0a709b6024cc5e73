/* test_doctor.c - the doctor on made-up machines: trees of /proc and /sys files, and made-up measurements. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/driver/doctor/doctor.h"
#include "harness/driver/doctor/cgroup.h"
#include "harness/driver/doctor/judge.h"
#include "harness/driver/doctor/read.h"
#include "harness/driver/doctor/spin.h"
#include "harness/driver/exit_status.h"
#include "tests/support/fault.h"

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
    char root[64];
};

static int tree_create(void **state)
{
    struct tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        return -1;
    strcpy(tree->root, "/tmp/test_doctor.XXXXXX");
    *state = tree;
    return mkdtemp(tree->root) == NULL ? -1 : 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static int tree_remove(void **state)
{
    struct tree *tree = *state;
    int status = nftw(tree->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(tree);
    return status;
}

static void put_bytes(const struct tree *tree, const char *path, const void *bytes, size_t size)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", tree->root, path);
    for (char *slash = strchr(whole + strlen(tree->root) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        assert_true(mkdir(whole, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *file = fopen(whole, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void put(const struct tree *tree, const char *path, const char *text)
{
    put_bytes(tree, path, text, strlen(text));
}

static void put_processors(const struct tree *tree, const char *online, const char *allowed)
{
    char status[256];
    snprintf(status, sizeof status, "Name:\tcat\nCpus_allowed:\tf\nCpus_allowed_list:\t%s\n", allowed);
    put(tree, "/sys/devices/system/cpu/online", online);
    put(tree, "/proc/self/status", status);
}

static void put_siblings(const struct tree *tree, unsigned cpu, const char *list)
{
    char path[128];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
    put(tree, path, list);
}

static const struct finding *find(const struct diagnosis *diagnosis, const char *id)
{
    for (size_t i = 0; i < diagnosis->count; i++)
        if (strcmp(diagnosis->findings[i].id, id) == 0)
            return &diagnosis->findings[i];
    return NULL;
}

static enum finding_level level_of(const struct diagnosis *diagnosis, const char *id)
{
    const struct finding *finding = find(diagnosis, id);
    assert_non_null(finding);
    return finding->level;
}

/* A machine with nothing wrong, from which each test departs. */
static void good_machine(struct doctor_facts *facts, struct doctor_probes *probes)
{
    *facts = (struct doctor_facts){
        .cpus_online = 8,
        .cpus_allowed = 8,
        .cores_allowed = 8,
        .pin = {0, 1},
        .governor = "performance",
        .boost = SWITCH_OFF,
        .steal_share = 0,
        .load = 0.1,
        .memory_bytes = UINT64_C(16) << 30,
        .memory_available_bytes = UINT64_C(12) << 30,
        .map_count_max = 65530,
        .huge_pages = "madvise",
        .randomized = 2,
        .clock_source = "tsc",
        .perf_paranoid = 1,
    };
    *probes = (struct doctor_probes){
        .ran = true,
        .speedup_free = 1.98,
        .speedup_pinned = 1.99,
        .unsteadiness = 1.01,
        .clock_good = true,
        .clock_step_ns = 20,
        .clock_cost_ns = 24,
    };
}

static void cpu_lists_are_read_strictly(void **state)
{
    (void)state;
    struct cpu_list list;
    assert_true(cpu_list_parse("0", &list));
    assert_int_equal(list.count, 1);
    assert_true(cpu_list_parse("0-3,8,2-4", &list));
    assert_int_equal(list.count, 6);
    assert_true(cpu_list_has(&list, 8));
    assert_false(cpu_list_has(&list, 5));
    assert_false(cpu_list_has(&list, UINT32_MAX));
    assert_true(cpu_list_parse("4095", &list));
    static const char *const bad[] = {"",
                                      ",",
                                      "0,",
                                      "-1",
                                      "1-",
                                      "3-1",
                                      "0-4096",
                                      "4096",
                                      "0 1",
                                      "a",
                                      "0x1",
                                      "0,,1",
                                      "1-2-3",
                                      "0-18446744073709551615",
                                      "99999999999999999999999"};
    struct cpu_list before = list;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(cpu_list_parse(bad[i], &list));
    assert_memory_equal(&before, &list, sizeof list);
}

static void facts_come_from_the_files(void **state)
{
    const struct tree *tree = *state;
    put_processors(tree, "0-3\n", "0-3");
    for (unsigned cpu = 0; cpu < 4; cpu++)
        put_siblings(tree, cpu, cpu % 2 == 0 ? "0,2\n" : "1,3\n");
    put(tree, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
    put(tree, "/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
    put(tree, "/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n");
    put(tree, "/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    put(tree, "/sys/class/dmi/id/sys_vendor", "QEMU\n");
    put(tree, "/sys/class/dmi/id/product_name", "Standard PC\n");
    put(tree, "/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu tsc hypervisor\n");
    put(tree, "/proc/cmdline", "quiet sched_vcpu_pack=15 panic=1\n");
    put(tree, "/proc/stat", "cpu  100 0 50 9999 10 0 0 50 0 0\ncpu0 1 2 3\n");
    put(tree, "/proc/loadavg", "2.25 0.40 0.10 1/94 6630\n");
    put(tree, "/proc/meminfo",
        "MemTotal: 2048 kB\nMemAvailable: 1024 kB\nSwapTotal: 100 kB\nSwapFree: 60 kB\n");
    put(tree, "/proc/sys/vm/max_map_count", "1000\n");
    put(tree, "/proc/sys/vm/overcommit_memory", "2\n");
    put(tree, "/proc/sys/kernel/randomize_va_space", "0\n");
    put(tree, "/proc/sys/kernel/perf_event_paranoid", "-1\n");

    struct doctor_facts facts;
    doctor_facts_read(tree->root, &facts);
    assert_int_equal(facts.cpus_online, 4);
    assert_int_equal(facts.cpus_allowed, 4);
    assert_int_equal(facts.cores_allowed, 2);
    assert_int_equal(facts.pin[0], 0);
    assert_int_equal(facts.pin[1], 1);
    assert_string_equal(facts.governor, "powersave");
    assert_int_equal(facts.boost, SWITCH_ON);
    assert_true(facts.virtual_machine);
    assert_string_equal(facts.machine, "QEMU Standard PC");
    assert_float_equal(facts.steal_share, 0.25, 1e-9);
    assert_int_equal(facts.vcpu_pack, 15);
    assert_float_equal(facts.load, 2.25, 1e-9);
    assert_int_equal(facts.memory_bytes, 2048 * 1024);
    assert_int_equal(facts.swap_used_bytes, 40 * 1024);
    assert_int_equal(facts.map_count_max, 1000);
    assert_int_equal(facts.overcommit, 2);
    assert_int_equal(facts.randomized, 0);
    assert_int_equal(facts.perf_paranoid, -1);
    assert_string_equal(facts.huge_pages, "always");
    assert_string_equal(facts.clock_source, "hpet");

    struct doctor_probes none = {0};
    struct diagnosis diagnosis;
    doctor_judge(&facts, &none, &diagnosis);
    static const char *const notes[] = {"shared-cores", "vcpu-packing", "virtual-machine", "load",
                                        "governor",     "boost",        "huge-pages",      "address-layout",
                                        "memory",       "swap",         "overcommit",      "mappings"};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        assert_int_equal(level_of(&diagnosis, notes[i]), FINDING_NOTE);
    assert_int_equal(level_of(&diagnosis, "steal"), FINDING_BAD);
    assert_int_equal(level_of(&diagnosis, "clock-source"), FINDING_BAD);
    assert_null(find(&diagnosis, "clock"));
    assert_true(diagnosis_fit(&diagnosis));
}

static void two_threads_of_one_core_are_pinned_where_there_is_no_other(void **state)
{
    const struct tree *tree = *state;
    struct doctor_facts facts;
    put_processors(tree, "0-3", "1,3");
    put_siblings(tree, 1, "1,3");
    put_siblings(tree, 3, "1,3");
    doctor_facts_read(tree->root, &facts);
    assert_int_equal(facts.cores_allowed, 1);
    assert_int_equal(facts.pin[0], 1);
    assert_int_equal(facts.pin[1], 3);

    put_processors(tree, "0-3", "2");
    doctor_facts_read(tree->root, &facts);
    assert_int_equal(facts.cpus_allowed, 1);
    assert_int_equal(facts.pin[0], 2);
    assert_int_equal(facts.pin[1], -1);
}

static void an_empty_tree_tells_nothing(void **state)
{
    const struct tree *tree = *state;
    struct doctor_facts facts;
    struct doctor_probes none = {0};
    struct diagnosis diagnosis;
    doctor_facts_read(tree->root, &facts);
    assert_int_equal(facts.cpus_allowed, 0);
    assert_true(facts.load < 0 && facts.steal_share < 0);
    assert_int_equal(facts.perf_paranoid, -2);
    assert_int_equal(facts.memory_limit_bytes, 0);
    doctor_judge(&facts, &none, &diagnosis);
    assert_int_equal(diagnosis_count(&diagnosis, FINDING_BAD), 0);
    assert_true(diagnosis_fit(&diagnosis));
}

static void nonsense_in_the_files_is_unknown(void **state)
{
    const struct tree *tree = *state;
    static const char *const paths[] = {
        "/proc/self/status",
        "/proc/self/cgroup",
        "/proc/cpuinfo",
        "/proc/cmdline",
        "/proc/stat",
        "/proc/loadavg",
        "/proc/meminfo",
        "/proc/7/stat",
        "/proc/sys/vm/max_map_count",
        "/proc/sys/vm/overcommit_memory",
        "/proc/sys/kernel/randomize_va_space",
        "/sys/devices/system/cpu/online",
        "/sys/devices/system/cpu/cpufreq/boost",
        "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list",
        "/sys/kernel/mm/transparent_hugepage/enabled",
        "/sys/fs/cgroup/cpu.max",
        "/sys/fs/cgroup/memory.max",
    };
    char zeros[64] = {0}, nines[20000];
    memset(nines, '9', sizeof nines);
    static const char prefixed[] = "cpu  x\nMemTotal: -5 kB\nCpus_allowed_list:\t0-\n0::/../../x\nflags";
    const struct {
        const void *bytes;
        size_t size;
    } contents[] = {{zeros, sizeof zeros},
                    {nines, sizeof nines},
                    {prefixed, sizeof prefixed},
                    {"[", 1},
                    {"", 0},
                    {"nan", 3},
                    {"0:::\n1\n2:\n3:a\n4:a:", 16},
                    {"7 ) (", 5},
                    {"\xff\xfe]\n[", 5}};
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        for (size_t j = 0; j < sizeof paths / sizeof paths[0]; j++)
            put_bytes(tree, paths[j], contents[i].bytes, contents[i].size);
        struct doctor_facts facts;
        struct process_list list = {0};
        doctor_facts_read(tree->root, &facts);
        assert_int_equal(facts.cpus_allowed, 0);
        assert_int_equal(facts.cpus_online, 0);
        assert_int_equal(facts.overcommit, -1);
        assert_true(facts.load < 1e9);
        assert_true(facts.quota_cpus <= 0);
        assert_true(process_list_read(tree->root, &list));
        assert_int_equal(list.count, 0);
        process_list_free(&list);
    }
}

static void the_narrowest_control_group_counts(void **state)
{
    const struct tree *tree = *state;
    struct cgroup_limits limits;
    put(tree, "/proc/self/cgroup", "0::/user/job\n");
    put(tree, "/sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    put(tree, "/sys/fs/cgroup/user/job/memory.max", "1000000\n");
    put(tree, "/sys/fs/cgroup/user/cpu.max", "150000 100000\n");
    put(tree, "/sys/fs/cgroup/user/memory.max", "max\n");
    put(tree, "/sys/fs/cgroup/cpu.max", "400000 100000\n");
    cgroup_limits_read(tree->root, &limits);
    assert_float_equal(limits.cpus, 1.5, 1e-9);
    assert_int_equal(limits.memory_bytes, 1000000);
}

static void control_groups_of_version_1_count_too(void **state)
{
    const struct tree *tree = *state;
    struct cgroup_limits limits;
    put(tree, "/proc/self/cgroup", "12:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n1:name=systemd:/\n");
    put(tree, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "50000\n");
    put(tree, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    put(tree, "/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes", "9223372036854771712\n");
    put(tree, "/sys/fs/cgroup/memory/memory.limit_in_bytes", "5000000\n");
    cgroup_limits_read(tree->root, &limits);
    assert_float_equal(limits.cpus, 0.5, 1e-9);
    assert_int_equal(limits.memory_bytes, 5000000);

    put(tree, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    cgroup_limits_read(tree->root, &limits);
    assert_true(limits.cpus <= 0);
}

#define STAT_LINE(pid, name, ticks) #pid " (" name ") S 1 1 1 0 -1 0 0 0 0 0 " #ticks " 5 0 0 20 0 1 0 100\n"

static void the_busiest_process_is_found(void **state)
{
    const struct tree *tree = *state;
    struct process_list before = {0}, after = {0};
    put(tree, "/proc/1/stat", STAT_LINE(1, "init", 10));
    put(tree, "/proc/20/stat", STAT_LINE(20, "a) R 9 (b", 100));
    put(tree, "/proc/30/stat", STAT_LINE(30, "self", 0));
    put(tree, "/proc/40/stat", STAT_LINE(40, "kdamond.0", 0));
    assert_true(process_list_read(tree->root, &before));
    assert_int_equal(before.count, 4);
    assert_true(before.damon);
    put(tree, "/proc/1/stat", STAT_LINE(1, "init", 12));
    put(tree, "/proc/20/stat", STAT_LINE(20, "a) R 9 (b", 107));
    put(tree, "/proc/30/stat", STAT_LINE(30, "self", 50));
    put(tree, "/proc/50/stat", STAT_LINE(50, "new", 500));
    assert_true(process_list_read(tree->root, &after));

    uint64_t ticks, all_ticks;
    const struct process *busiest = process_busiest(&before, &after, 30, &ticks, &all_ticks);
    assert_non_null(busiest);
    assert_int_equal(busiest->pid, 20);
    assert_string_equal(busiest->name, "a) R 9 (b");
    assert_int_equal(ticks, 7);
    assert_int_equal(all_ticks, 9);
    assert_null(process_busiest(&after, &after, 30, &ticks, &all_ticks));
    process_list_free(&before);
    assert_null(process_busiest(&before, &after, 30, &ticks, &all_ticks));
    process_list_free(&after);
}

static void a_list_without_memory_is_no_list(void **state)
{
    const struct tree *tree = *state;
    put(tree, "/proc/1/stat", STAT_LINE(1, "init", 10));
    long live = fault_live();
    for (size_t k = 0;; k++) {
        struct process_list list = {0};
        fault_arm(k, false);
        bool read = process_list_read(tree->root, &list);
        bool fired = fault_disarm();
        assert_true(read != fired);
        process_list_free(&list);
        assert_int_equal(fault_live(), live);
        if (!fired)
            break;
    }
}

static void a_good_machine_has_no_complaint(void **state)
{
    (void)state;
    struct doctor_facts facts;
    struct doctor_probes probes;
    struct diagnosis diagnosis;
    good_machine(&facts, &probes);
    doctor_judge(&facts, &probes, &diagnosis);
    for (size_t i = 0; i < diagnosis.count; i++) {
        if (diagnosis.findings[i].level != FINDING_OK)
            fail_msg("%s: %s", diagnosis.findings[i].id, diagnosis.findings[i].seen);
        assert_null(diagnosis.findings[i].why);
    }
    assert_true(diagnosis.count >= 24);
    assert_true(diagnosis_fit(&diagnosis));
}

/* Judges a good machine after `change`, expects `id` to be of `level`, and the whole to be fit or not. */
static void expect(void (*change)(struct doctor_facts *, struct doctor_probes *), const char *id,
                   enum finding_level level, bool fit)
{
    struct doctor_facts facts;
    struct doctor_probes probes;
    struct diagnosis diagnosis;
    good_machine(&facts, &probes);
    change(&facts, &probes);
    doctor_judge(&facts, &probes, &diagnosis);
    const struct finding *finding = find(&diagnosis, id);
    assert_non_null(finding);
    if (finding->level != level || diagnosis_fit(&diagnosis) != fit)
        fail_msg("%s: %s, %s", id, finding_level_name(finding->level), finding->seen);
    if (level != FINDING_OK)
        assert_non_null(finding->why);
}

static void one_core(struct doctor_facts *facts, struct doctor_probes *probes)
{
    facts->cpus_allowed = facts->cores_allowed = 1;
    probes->speedup_pinned = 0;
}

static void one_core_two_threads(struct doctor_facts *facts, struct doctor_probes *probes)
{
    facts->cpus_allowed = 2;
    facts->cores_allowed = 1;
    probes->speedup_pinned = 1.35;
}

static void quota_of_one(struct doctor_facts *facts, struct doctor_probes *probes)
{
    facts->quota_cpus = 1;
    probes->speedup_pinned = 1.02;
}

static void second_core_taken(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)facts;
    probes->speedup_pinned = 1.1;
}

static void packed(struct doctor_facts *facts, struct doctor_probes *probes)
{
    facts->vcpu_pack = 15;
    probes->speedup_free = 1.0;
}

static void loaded(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)probes;
    facts->load = 8.5;
}

static void half_loaded(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)probes;
    facts->load = 5;
}

static void broken_clock(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)facts;
    probes->clock_good = false;
}

static void coarse_clock(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)facts;
    probes->clock_step_ns = 4000000;
}

static void slow_clock(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)facts;
    probes->clock_cost_ns = 900;
}

static void small_container(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)probes;
    facts->memory_limit_bytes = UINT64_C(256) << 20;
}

static void busy_neighbour(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)facts;
    strcpy(probes->busy_name, "browser");
    probes->busy_share = probes->busy_share_all = 0.9;
}

static void no_counters(struct doctor_facts *facts, struct doctor_probes *probes)
{
    facts->perf_paranoid = 4;
    probes->counters_errno = EACCES;
}

static void small_cpuset(struct doctor_facts *facts, struct doctor_probes *probes)
{
    (void)probes;
    facts->cpus_allowed = facts->cores_allowed = 4;
}

static void what_is_wrong_is_found(void **state)
{
    (void)state;
    expect(one_core, "cores", FINDING_BAD, false);
    expect(one_core_two_threads, "cores", FINDING_BAD, true);
    expect(one_core_two_threads, "shared-cores", FINDING_NOTE, true);
    expect(quota_of_one, "cores", FINDING_BAD, false);
    expect(quota_of_one, "cpu-quota", FINDING_BAD, false);
    expect(second_core_taken, "pinned-threads", FINDING_BAD, true);
    expect(packed, "unpinned-threads", FINDING_NOTE, true);
    expect(packed, "vcpu-packing", FINDING_NOTE, true);
    expect(loaded, "load", FINDING_BAD, false);
    expect(half_loaded, "load", FINDING_NOTE, true);
    expect(broken_clock, "clock", FINDING_BAD, false);
    expect(coarse_clock, "clock", FINDING_BAD, false);
    expect(slow_clock, "clock", FINDING_BAD, true);
    expect(small_container, "memory-limit", FINDING_BAD, true);
    expect(busy_neighbour, "neighbours", FINDING_BAD, true);
    expect(no_counters, "counters", FINDING_NOTE, true);
    expect(small_cpuset, "cpuset", FINDING_NOTE, true);
}

static void spinning_gives_figures(void **state)
{
    (void)state;
    const int nowhere[2] = {-1, -1}, beyond[2] = {1 << 20, 1 << 20};
    double unbound, pinned;
    spin_speedups(nowhere, &unbound, &pinned);
    assert_true(unbound > 0);
    assert_true(pinned <= 0);
    spin_speedups(beyond, &unbound, &pinned);
    assert_true(pinned <= 0);
    assert_true(spin_unsteadiness() >= 1);
}

/* Runs the subcommand on the tree and returns its exit status; what it printed is in output[size]. */
static int doctor_on(const struct tree *tree, const char *option, char *output, size_t size)
{
    char name[] = "doctor", word[32];
    snprintf(word, sizeof word, "%s", option);
    char *argv[] = {name, word, NULL};
    assert_int_equal(setenv("TRIEBENCH_SYSROOT", tree->root, 1), 0);
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    int status = doctor_main(option[0] != '\0' ? 2 : 1, argv);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    rewind(file);
    output[fread(output, 1, size - 1, file)] = '\0';
    fclose(file);
    unsetenv("TRIEBENCH_SYSROOT");
    return status;
}

static void the_subcommand_reports_and_exits_accordingly(void **state)
{
    const struct tree *tree = *state;
    char output[32768];
    put_processors(tree, "0-1", "0-1");
    put(tree, "/proc/loadavg", "0.10 0.10 0.10 1/9 1\n");
    assert_int_equal(doctor_on(tree, "", output, sizeof output), EXIT_PASS);
    assert_non_null(strstr(output, "ok    load"));
    assert_non_null(strstr(output, "fit to measure"));

    put(tree, "/proc/loadavg", "9.00 0.10 0.10 1/9 1\n");
    assert_int_equal(doctor_on(tree, "", output, sizeof output), EXIT_UNFIT);
    assert_non_null(strstr(output, "pointless, because of load\n"));

    assert_int_equal(doctor_on(tree, "--jsno", output, sizeof output), EXIT_USAGE);
    assert_int_equal(doctor_on(tree, "--help", output, sizeof output), EXIT_PASS);
    assert_non_null(strstr(output, "--json"));
}

static void the_json_says_the_same(void **state)
{
    const struct tree *tree = *state;
    char output[32768];
    put_processors(tree, "0-1", "0-1");
    put(tree, "/proc/loadavg", "9.00 0.10 0.10 1/9 1\n");
    put(tree, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "\xff\x1b[2J\n");
    assert_int_equal(doctor_on(tree, "--json", output, sizeof output), EXIT_UNFIT);
    json_t *whole = json_loads(output, 0, NULL);
    assert_non_null(whole);
    assert_true(json_is_false(json_object_get(whole, "fit")));
    const json_t *findings = json_object_get(whole, "findings");
    assert_true(json_array_size(findings) > 5);
    size_t unfit = 0;
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *finding = json_array_get(findings, i);
        assert_true(json_is_string(json_object_get(finding, "seen")));
        if (strcmp(json_string_value(json_object_get(finding, "id")), "governor") == 0)
            assert_string_equal(json_string_value(json_object_get(finding, "seen")), "governor ??[2J");
        if (json_is_true(json_object_get(finding, "unfit"))) {
            assert_string_equal(json_string_value(json_object_get(finding, "id")), "load");
            assert_string_equal(json_string_value(json_object_get(finding, "level")), "bad");
            unfit++;
        }
    }
    assert_int_equal(unfit, 1);
    json_decref(whole);
}

static void running_out_of_memory_is_reported(void **state)
{
    const struct tree *tree = *state;
    char output[32768];
    put_processors(tree, "0-1", "0-1");
    /* Makes jansson allocate through this program's malloc, which can fail. */
    json_set_alloc_funcs(malloc, free);
    long live = fault_live();
    bool fired = true;
    for (size_t k = 0; fired; k++) {
        fault_arm(k, false);
        int status = doctor_on(tree, "--json", output, sizeof output);
        fired = fault_disarm();
        assert_int_equal(fault_live(), live);
        assert_int_equal(status, fired ? EXIT_USAGE : EXIT_PASS);
    }
}

#define ON_A_TREE(test) cmocka_unit_test_setup_teardown(test, tree_create, tree_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_lists_are_read_strictly),
        ON_A_TREE(facts_come_from_the_files),
        ON_A_TREE(two_threads_of_one_core_are_pinned_where_there_is_no_other),
        ON_A_TREE(an_empty_tree_tells_nothing),
        ON_A_TREE(nonsense_in_the_files_is_unknown),
        ON_A_TREE(the_narrowest_control_group_counts),
        ON_A_TREE(control_groups_of_version_1_count_too),
        ON_A_TREE(the_busiest_process_is_found),
        ON_A_TREE(a_list_without_memory_is_no_list),
        cmocka_unit_test(a_good_machine_has_no_complaint),
        cmocka_unit_test(what_is_wrong_is_found),
        cmocka_unit_test(spinning_gives_figures),
        ON_A_TREE(the_subcommand_reports_and_exits_accordingly),
        ON_A_TREE(the_json_says_the_same),
        ON_A_TREE(running_out_of_memory_is_reported),
    };
    return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
