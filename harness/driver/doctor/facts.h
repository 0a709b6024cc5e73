/*
 * facts.h - what the files of a machine say about it. Nothing is measured here and nothing judged, so
 * a copy of another machine's /proc and /sys does as well as the running one's.
 */
#ifndef HARNESS_DRIVER_DOCTOR_FACTS_H
#define HARNESS_DRIVER_DOCTOR_FACTS_H

#include <stdbool.h>
#include <stdint.h>

enum doctor_switch { SWITCH_UNKNOWN, SWITCH_OFF, SWITCH_ON };

/* Texts are empty, numbers negative or 0, as said, where the machine does not tell. */
struct doctor_facts {
    /* Processors */
    unsigned cpus_online;   /* 0: unknown */
    unsigned cpus_allowed;  /* this process may run on; 0: unknown */
    unsigned cores_allowed; /* physical cores behind those; as many as processors where it is not told */
    int pin[2];             /* two allowed processors, of two cores where there are two; -1: none */
    double quota_cpus;      /* processors' worth of time that the control group grants; 0: no limit */
    char governor[32];
    enum doctor_switch boost;

    /* Neighbours */
    bool virtual_machine;
    char machine[128];  /* who made it, as it says itself */
    double steal_share; /* of the time that its processors were not idle since boot; -1: unknown */
    uint64_t vcpu_pack; /* sched_vcpu_pack of the kernel's command line; 0: not there */
    double load;        /* mean of the last minute; -1: unknown */

    /* Memory */
    uint64_t memory_bytes, memory_available_bytes; /* 0: unknown */
    uint64_t memory_limit_bytes;                   /* of the control group; 0: none below memory_bytes */
    uint64_t swap_bytes, swap_used_bytes;
    uint64_t map_count_max; /* 0: unknown */
    int64_t overcommit;     /* -1: unknown */
    char huge_pages[16];    /* always | madvise | never */
    int64_t randomized;     /* randomize_va_space; -1: unknown */

    /* Instruments */
    char clock_source[32];
    int64_t perf_paranoid; /* -2: unknown */
};

/* Reads them below root ("" for the running machine). Never fails: what cannot be read is unknown. */
void doctor_facts_read(const char *root, struct doctor_facts *facts);

#endif
