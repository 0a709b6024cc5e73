/* run_json.c - the half of trial_json.h that tells of the run as a whole: its first and its last line. */
#include "harness/driver/trial_json.h"

#include "harness/driver/json_build.h"
#include "harness/driver/trial/outcome.h"

static json_t *host_json(const struct host *host)
{
    struct build build;
    build_begin(&build);
    build_text_known(&build, "cpu", host->cpu);
    build_count_known(&build, "cores", host->cores);
    build_count_known(&build, "threads", host->threads);
    build_count_known(&build, "numa_nodes", host->numa_nodes);
    build_count_known(&build, "l3_bytes", host->l3_bytes);
    build_count_known(&build, "memory_bytes", host->memory_bytes);
    build_text_known(&build, "kernel", host->kernel);
    build_text_known(&build, "libc", host->libc);
    build_bool(&build, "virtual", host->virtual_machine);
    build_text_known(&build, "governor", host->governor);
    build_text_known(&build, "thp", host->thp);
    build_json(&build, "aslr", host->aslr < 0 ? json_null() : json_integer(host->aslr));
    build_text_known(&build, "clock", host->clock);
    build_count_known(&build, "clock_step_ns", host->clock_step_ns);
    build_count_known(&build, "clock_cost_ns", host->clock_cost_ns);
    return build_end(&build);
}

static json_t *criteria_json(const struct run_header *header)
{
    struct build build;
    if (header->criteria_hash[0] == '\0')
        return json_null();
    build_begin(&build);
    build_text(&build, "name", header->criteria_name);
    build_text(&build, "hash", header->criteria_hash);
    return build_end(&build);
}

json_t *run_json(const struct run_header *header)
{
    struct build build;
    build_begin(&build);
    build_text(&build, "type", "run");
    build_count(&build, "schema", RECORD_SCHEMA);
    build_text(&build, "id", header->id);
    build_text(&build, "started", header->started);
    build_text(&build, "command", header->command);
    build_count(&build, "seed", header->seed);
    build_text(&build, "plan_hash", header->plan_hash);
    build_count(&build, "cells", header->cells);
    build_count(&build, "rounds", header->rounds);
    build_count(&build, "trials", header->trials);
    build_text(&build, "tool_version", header->tool_version);
    build_text_known(&build, "git_commit", header->git_commit);
    build_bool(&build, "git_dirty", header->git_dirty);
    build_text_known(&build, "compiler", header->compiler);
    build_text_known(&build, "flags", header->flags);
    build_json(&build, "host", host_json(&header->host));
    build_json(&build, "criteria", criteria_json(header));
    build_json(&build, "hypotheses",
               header->hypotheses == NULL ? json_null() : json_incref(header->hypotheses));
    return build_end(&build);
}

static json_t *outcomes_json(const struct run_summary *summary)
{
    struct build build;
    build_begin(&build);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        build_count(&build, outcome_name((enum outcome)i), summary->outcomes[i]);
    return build_end(&build);
}

json_t *end_json(const struct run_summary *summary)
{
    struct build build;
    build_begin(&build);
    build_text(&build, "type", "end");
    build_bool(&build, "finished", summary->finished);
    build_count(&build, "trials", summary->trials);
    build_json(&build, "outcomes", outcomes_json(summary));
    build_real(&build, "seconds", summary->seconds);
    return build_end(&build);
}
