# triebench: build, test, measure. `make help` lists what there is.
#
# VARIANT=release|asan|tsan chooses how things are compiled; BUILD is where the results go.
VARIANT ?= release
BUILD   ?= build
ifeq ($(VARIANT),release)
OUT     := $(BUILD)
else
OUT     := $(BUILD)/$(VARIANT)
endif

CC      := gcc
PACKAGES_WORKER := hwloc libxxhash
PACKAGES_DRIVER := hwloc jansson gsl
PACKAGES_TEST   := cmocka

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wpointer-arith \
            -Wcast-align -Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough -Wdouble-promotion
# malloc must stay a call: gcc would otherwise elide pairs and assume what it returns (the allocators' facts, section 1).
NO_BUILTIN := -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free
CFLAGS.release := -O2 -g -fno-omit-frame-pointer
CFLAGS.asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS.tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) $(NO_BUILTIN) -fPIC -pthread $(CFLAGS.$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS := -pthread $(filter -fsanitize=%,$(CFLAGS.$(VARIANT))) $(LDFLAGS)

flags_of = $(shell pkg-config --cflags $(1) 2>/dev/null)
libs_of  = $(shell pkg-config --libs $(1) 2>/dev/null)

TRIE_SRC      := $(wildcard trie/*.c)
STRATEGY_SRC  := $(wildcard strategies/*.c)
ALLOCATOR_SRC := $(wildcard allocators/*.c)
COMMON_SRC    := $(wildcard harness/common/*.c)
WORKER_SRC    := $(wildcard harness/worker/*.c)
DRIVER_SRC    := $(wildcard harness/driver/*.c)
PLUGIN_SRC    := $(wildcard strategies/plugins/*.c)
SABOTEUR_SRC  := $(wildcard tests/saboteurs/*.c)
TEST_WORKER_SRC := $(wildcard tests/unit/worker/test_*.c tests/property/test_*.c)
TEST_DRIVER_SRC := $(wildcard tests/unit/driver/test_*.c)
SUPPORT_SRC     := $(wildcard tests/support/*.c)

objects = $(patsubst %.c,$(OUT)/obj/%.o,$(1))
WORKER_LIB_OBJ := $(call objects,$(TRIE_SRC) $(STRATEGY_SRC) $(ALLOCATOR_SRC) $(COMMON_SRC) \
                    $(filter-out harness/worker/main.c,$(WORKER_SRC)))
DRIVER_LIB_OBJ := $(call objects,$(ALLOCATOR_SRC) $(COMMON_SRC) $(filter-out harness/driver/main.c,$(DRIVER_SRC)))
SUPPORT_OBJ    := $(call objects,$(SUPPORT_SRC))
PLUGINS        := $(patsubst strategies/plugins/%.c,$(OUT)/plugins/%.so,$(PLUGIN_SRC))
SABOTEURS      := $(patsubst tests/saboteurs/%.c,$(OUT)/saboteurs/%.so,$(SABOTEUR_SRC))
TESTS_WORKER   := $(patsubst tests/%.c,$(OUT)/tests/%,$(TEST_WORKER_SRC))
TESTS_DRIVER   := $(patsubst tests/%.c,$(OUT)/tests/%,$(TEST_DRIVER_SRC))

.PHONY: all help programs peers saboteurs tests clean
all: programs

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 22

programs: $(OUT)/triebench $(OUT)/triebench-worker ## build both programs
peers: $(PLUGINS) ## build the plug-ins: the example, JudySL, HAT-trie, GLib's hash table
saboteurs: $(SABOTEURS)
tests: $(TESTS_WORKER) $(TESTS_DRIVER)

# Plug-ins find the trie's functions in the worker, so it exports them.
$(OUT)/triebench-worker: $(call objects,harness/worker/main.c) $(OUT)/libworker.a
	$(CC) $(ALL_LDFLAGS) -rdynamic -o $@ $< -Wl,--whole-archive $(OUT)/libworker.a -Wl,--no-whole-archive \
	  $(call libs_of,$(PACKAGES_WORKER)) -ldl -lm

$(OUT)/triebench: $(call objects,harness/driver/main.c) $(OUT)/libdriver.a
	$(CC) $(ALL_LDFLAGS) -o $@ $< $(OUT)/libdriver.a $(call libs_of,$(PACKAGES_DRIVER)) -ldl -lm

$(OUT)/libworker.a: $(WORKER_LIB_OBJ)
$(OUT)/libdriver.a: $(DRIVER_LIB_OBJ)
%.a:
	rm -f $@ && ar rcs $@ $^

# Tests may make any allocation fail (tests/support/fault.h).
WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=free
$(TESTS_WORKER): $(OUT)/tests/%: $(OUT)/obj/tests/%.o $(SUPPORT_OBJ) $(OUT)/libworker.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -rdynamic $(WRAP) -o $@ $(filter %.o %.a,$^) \
	  $(call libs_of,$(PACKAGES_TEST) $(PACKAGES_WORKER)) -ldl -lm
$(TESTS_DRIVER): $(OUT)/tests/%: $(OUT)/obj/tests/%.o $(SUPPORT_OBJ) $(OUT)/libdriver.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(WRAP) -o $@ $(filter %.o %.a,$^) \
	  $(call libs_of,$(PACKAGES_TEST) $(PACKAGES_DRIVER)) -ldl -lm

# A plug-in names what it links in a comment of its own: "plugin-link: -lJudy", or "plugin-pkg: glib-2.0".
plugin_flags = $(shell sed -n 's/.*plugin-pkg: \([a-z0-9.+-]*\).*/\1/p' $(1) | xargs -r pkg-config --cflags)
plugin_libs  = $(shell sed -n 's/.*plugin-pkg: \([a-z0-9.+-]*\).*/\1/p' $(1) | xargs -r pkg-config --libs) \
               $(shell sed -n 's/.*plugin-link: \([-a-zA-Z0-9 ]*\).*/\1/p' $(1))
$(OUT)/plugins/%.so: strategies/plugins/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(call plugin_flags,$<) -MMD -MP -MF $(@:.so=.d) $(ALL_LDFLAGS) -shared -o $@ $< $(call plugin_libs,$<)
$(OUT)/saboteurs/%.so: tests/saboteurs/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $(@:.so=.d) $(ALL_LDFLAGS) -shared -o $@ $<

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(call flags_of,$(PACKAGES_WORKER) $(PACKAGES_DRIVER)) -MMD -MP -c -o $@ $<

clean: ## remove everything that was built
	rm -rf $(BUILD)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
