/* worker_json.h - a small description of a worker, for tests that need a catalogue without one. */
#ifndef TESTS_SUPPORT_WORKER_JSON_H
#define TESTS_SUPPORT_WORKER_JSON_H

#define WORKER_JSON                                                                                          \
    "{\"strategies\":["                                                                                      \
    "{\"name\":\"nothing\",\"idea\":\"i\",\"source\":\"s\",\"claims\":[\"control\"],\"options\":[]},"        \
    "{\"name\":\"sequential\",\"idea\":\"i\",\"source\":\"s\",\"claims\":[\"ordered\"],\"options\":[]},"     \
    "{\"name\":\"thread-local\",\"idea\":\"i\",\"source\":\"s\",\"claims\":[\"parallel\",\"ordered\"],"      \
    "\"options\":[{\"name\":\"pool\",\"values\":[\"park\",\"spin\"],\"default\":\"park\",\"sentence\":"      \
    "\"x\"},"                                                                                                \
    "{\"name\":\"cut\",\"min\":-1,\"max\":9,\"default\":3,\"sentence\":\"y\"}]}],"                           \
    "\"workloads\":[{\"name\":\"facts\",\"package\":null,\"sentence\":\"f\"},"                               \
    "{\"name\":\"wordnet\",\"package\":\"wordnet-base\",\"sentence\":\"w\"}]}"

#endif
