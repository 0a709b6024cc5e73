# triebench: build, test, measure. `make help` lists what there is.
#
# VARIANT=release|asan|tsan|perturb chooses how things are compiled; BUILD is where the results go.
VARIANT ?= release
BUILD   ?= build
ifeq ($(VARIANT),release)
OUT     := $(BUILD)
else
OUT     := $(BUILD)/$(VARIANT)
endif

CC      := gcc
# V=1 shows whole commands; else one short line each.
say      = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)
PACKAGES_WORKER := hwloc libxxhash
PACKAGES_DRIVER := hwloc jansson gsl libdw
PACKAGES_TEST   := cmocka

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wpointer-arith \
            -Wcast-align -Wwrite-strings -Wvla -Wformat=2 -Wimplicit-fallthrough -Wdouble-promotion
# malloc must stay a call: gcc would otherwise elide pairs and assume what it returns (the allocators' facts, section 1).
NO_BUILTIN := -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free
CFLAGS.release := -O2 -g -fno-omit-frame-pointer
CFLAGS.asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# The bounds that gcc 12 derives around the thread sanitizer's calls are wrong; release keeps these warnings.
CFLAGS.tsan    := -Wno-array-bounds -Wno-stringop-overread -O1 -g -fno-omit-frame-pointer -fsanitize=thread
CFLAGS.perturb := -O1 -g -fno-omit-frame-pointer
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE -I. $(WARNINGS) $(NO_BUILTIN) -fPIC -pthread $(CFLAGS.$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS := -pthread $(filter -fsanitize=%,$(CFLAGS.$(VARIANT))) $(LDFLAGS)

flags_of = $(shell pkg-config --cflags $(1) 2>/dev/null)
libs_of  = $(shell pkg-config --libs $(1) 2>/dev/null)

TRIE_SRC      := $(wildcard trie/*.c)
STRATEGY_SRC  := $(wildcard strategies/*.c)
ALLOCATOR_SRC := $(wildcard allocators/*.c)
COMMON_SRC    := $(wildcard harness/common/*.c)
WORKER_SRC    := $(wildcard harness/worker/*.c)
DRIVER_SRC    := $(wildcard harness/driver/*.c harness/driver/*/*.c)
STATS_SRC     := $(wildcard harness/stats/*.c)
PLUGIN_SRC    := $(wildcard strategies/plugins/*.c)
SABOTEUR_SRC  := $(wildcard tests/saboteurs/*.c)
TEST_WORKER_SRC := $(wildcard tests/unit/worker/test_*.c tests/property/test_*.c)
TEST_DRIVER_SRC := $(wildcard tests/unit/driver/test_*.c tests/unit/stats/test_*.c)
SUPPORT_SRC     := $(wildcard tests/support/*.c)
TEST_PERTURB_SRC := $(wildcard tests/perturb/test_*.c)
ifeq ($(VARIANT),perturb)
WORKER_SRC      += $(wildcard harness/perturb/*.c)
TEST_WORKER_SRC += $(TEST_PERTURB_SRC)
endif

objects = $(patsubst %.c,$(OUT)/obj/%.o,$(1))
WORKER_LIB_OBJ := $(call objects,$(TRIE_SRC) $(STRATEGY_SRC) $(ALLOCATOR_SRC) $(COMMON_SRC) \
                    $(filter-out harness/worker/main.c,$(WORKER_SRC)))
DRIVER_LIB_OBJ := $(call objects,$(ALLOCATOR_SRC) $(COMMON_SRC) $(STATS_SRC) $(filter-out harness/driver/main.c,$(DRIVER_SRC)))
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
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -rdynamic -o $@ $< -Wl,--whole-archive $(OUT)/libworker.a -Wl,--no-whole-archive \
	  $(call libs_of,$(PACKAGES_WORKER)) -ldl -lm

$(OUT)/triebench: $(call objects,harness/driver/main.c) $(OUT)/libdriver.a
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $< $(OUT)/libdriver.a $(call libs_of,$(PACKAGES_DRIVER)) -ldl -lm

$(OUT)/libworker.a: $(WORKER_LIB_OBJ)
$(OUT)/libsupport.a: $(SUPPORT_OBJ)
$(OUT)/libdriver.a: $(DRIVER_LIB_OBJ)
%.a:
	$(call say,AR)rm -f $@ && ar rcs $@ $^

# Tests may make any allocation fail (tests/support/fault.h).
WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=posix_memalign,--wrap=free
# The support is an archive, so that a test holds only what it uses; the two archives need each other.
TEST_PARTS = $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group
$(TESTS_WORKER): $(OUT)/tests/%: $(OUT)/obj/tests/%.o $(OUT)/libsupport.a $(OUT)/libworker.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -rdynamic $(WRAP) -o $@ $(TEST_PARTS) \
	  $(call libs_of,$(PACKAGES_TEST) $(PACKAGES_WORKER)) -ldl -lm
$(TESTS_DRIVER): $(OUT)/tests/%: $(OUT)/obj/tests/%.o $(OUT)/libsupport.a $(OUT)/libdriver.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) $(WRAP) -o $@ $(TEST_PARTS) \
	  $(call libs_of,$(PACKAGES_TEST) $(PACKAGES_DRIVER)) -ldl -lm

# A plug-in names what it links in a comment of its own: "plugin-link: -lJudy", or "plugin-pkg: glib-2.0".
plugin_flags = $(shell sed -n 's/.*plugin-pkg: \([a-z0-9.+-]*\).*/\1/p' $(1) | xargs -r pkg-config --cflags)
plugin_libs  = $(shell sed -n 's/.*plugin-pkg: \([a-z0-9.+-]*\).*/\1/p' $(1) | xargs -r pkg-config --libs) \
               $(shell sed -n 's/.*plugin-link: \([-a-zA-Z0-9 ]*\).*/\1/p' $(1))
$(OUT)/plugins/%.so: strategies/plugins/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(call plugin_flags,$<) -MMD -MP -MF $(@:.so=.d) $(ALL_LDFLAGS) -shared -o $@ $< $(call plugin_libs,$<)
$(OUT)/saboteurs/%.so: tests/saboteurs/%.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -MF $(@:.so=.d) $(ALL_LDFLAGS) -shared -o $@ $<

$(OUT)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(call flags_of,$(PACKAGES_WORKER) $(PACKAGES_DRIVER)) -MMD -MP -c -o $@ $<

# Perturbation (harness/perturb/README.md): every memory access of trie, strategies and plug-ins calls a runtime of our
# own. It stands in for libtsan, which therefore must not be linked.
ifeq ($(VARIANT),perturb)
INSTRUMENTED := -fsanitize=thread -Wno-tsan -Wno-array-bounds -Wno-stringop-overread
$(OUT)/obj/trie/%.o $(OUT)/obj/strategies/%.o $(OUT)/obj/tests/perturb/%.o: ALL_CFLAGS += $(INSTRUMENTED)
$(OUT)/plugins/%.so: ALL_CFLAGS += $(INSTRUMENTED) -nodefaultlibs
$(OUT)/plugins/%.so: plugin_libs += -lc -lgcc
endif

# What the run line of every results file says of this build.
COMMIT := $(shell git rev-parse HEAD 2>/dev/null)
DIRTY  := $(if $(shell git status --porcelain --untracked-files=no 2>/dev/null),1,0)
VERSION_FLAGS := -DTRIEBENCH_COMMIT='"$(COMMIT)"' -DTRIEBENCH_DIRTY=$(DIRTY) \
                 -DTRIEBENCH_FLAGS='"$(CFLAGS.$(VARIANT)) $(CFLAGS)"'
$(OUT)/version.txt: FORCE
	@mkdir -p $(@D); printf '%s\n' "$(COMMIT) $(DIRTY) $(CFLAGS)" | cmp -s - $@ || printf '%s\n' "$(COMMIT) $(DIRTY) $(CFLAGS)" > $@
$(OUT)/obj/harness/driver/version.o: ALL_CFLAGS += $(VERSION_FLAGS)
$(OUT)/obj/harness/driver/version.o: $(OUT)/version.txt
.PHONY: FORCE
FORCE:

clean: ## remove everything that was built
	rm -rf $(BUILD)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# What people type. Those that need packages install them first, and only then start a make of their own: on a fresh machine
# not even pkg-config is there while this file is read.
ALLOC  ?= all
BUDGET ?= 150
BARS   ?= one shuffled two small
# Every built-in, and the control that shows what measuring costs.
STRATEGY ?= nothing,all
E2E    := $(sort $(wildcard tests/e2e/*.sh))
JOBS    = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
SUBMAKE = $(MAKE) --no-print-directory --silent

# A word for the shell, whatever is in it; an option of `triebench run` for a variable that is set.
quote  = '$(subst ','\'',$(1))'
option = $(if $($(1)),--$(2) $(call quote,$($(1))))
RUN_OPTIONS = --alloc $(call quote,$(if $(filter all,$(ALLOC)),glibc$(,)jemalloc$(,)mimalloc$(,)tcmalloc,$(ALLOC))) --aa \
  $(call option,STRATEGY,strategy) $(call option,WORKLOAD,workload) $(call option,BATCH,batch) \
  $(call option,THREADS,threads) $(call option,BIND,bind) $(call option,BUDGET,budget)
, := ,

# What is compared unless told: enough for a change of a strategy to show, few enough for many rounds.
BASE ?= HEAD
COMPARE_OPTIONS = --alloc $(call quote,$(if $(filter file,$(origin ALLOC)),glibc,$(ALLOC))) \
  --strategy $(call quote,$(if $(filter file,$(origin STRATEGY)),all,$(STRATEGY))) \
  --workload $(call quote,$(or $(WORKLOAD),facts)) --batch $(call quote,$(or $(BATCH),100$(,)1000)) \
  $(call option,THREADS,threads) $(call option,BIND,bind) $(call option,BUDGET,budget) \
  $(call option,ROUNDS,rounds) $(call option,MARGIN,margin)

tests_in = $(patsubst tests/%.c,$(1)/tests/%,$(TEST_WORKER_SRC) $(TEST_DRIVER_SRC))
tests_perturb = $(patsubst tests/%.c,$(BUILD)/perturb/tests/%,$(TEST_PERTURB_SRC))

REPORT_DIR ?= .
REFERENCE_RUNS   := $(sort $(wildcard results/reference/*/run.jsonl))
REFERENCE_CLAIMS := $(wildcard results/reference/repro/claims.json)

.PHONY: perturb bench bench-instructions bars compare nightly repro report man test quick-test check format doctor list-tests

perturb: ## build the worker that --perturb runs, and the tests of its runtime
	@$(SUBMAKE) $(JOBS) VARIANT=perturb $(BUILD)/perturb/triebench-worker $(tests_perturb)

bench: ## measure: ALLOC=jemalloc STRATEGY= WORKLOAD= BATCH= THREADS= BIND= BUDGET=seconds
	@scripts/install.sh bench
	@echo "triebench: building what is not yet built in $(OUT)" >&2
	@$(SUBMAKE) $(JOBS) programs
	@exec $(OUT)/triebench run $(RUN_OPTIONS)

bench-instructions: ## count instructions of one-thread cells with valgrind: STRATEGY= WORKLOAD= BATCH=
	@scripts/install.sh instructions
	@$(SUBMAKE) $(JOBS) programs
	@exec env BUILD=$(call quote,$(OUT)) STRATEGY=$(call quote,$(if $(filter file,$(origin STRATEGY)),,$(STRATEGY))) \
	  WORKLOAD=$(call quote,$(WORKLOAD)) BATCH=$(call quote,$(BATCH)) scripts/instructions.sh

bars: ## how the yardsticks stand: BARS="one shuffled two small memory" ALLOC= BATCH= ROUNDS= BUDGET=seconds, each section apart
	@scripts/install.sh bench peers
	@$(SUBMAKE) $(JOBS) programs peers
	@exec env BUILD=$(call quote,$(OUT)) ALLOC=$(call quote,$(if $(filter file,$(origin ALLOC)),,$(ALLOC))) \
	  BATCH=$(call quote,$(BATCH)) $(if $(ROUNDS),ROUNDS=$(call quote,$(ROUNDS))) $(if $(filter file,$(origin BUDGET)),,BUDGET=$(call quote,$(BUDGET))) \
	  scripts/bars.sh $(BARS)

compare: ## measure BASE=revision beside this tree and compare: also MARGIN=percent ROUNDS= and what bench takes
	@scripts/install.sh bench
	@$(SUBMAKE) $(JOBS) programs
	@base=$$(scripts/base.sh $(call quote,$(BASE)) $(call quote,$(BUILD))) && \
	  exec $(OUT)/triebench compare --build "$$base" --build $(OUT) $(COMPARE_OPTIONS)

nightly: ## doctor, bench, compare with the pinned base, history, report, exports: BASE= BUDGET= and what bench takes
	@scripts/install.sh bench report
	@$(SUBMAKE) $(JOBS) programs
	@exec env BUILD=$(call quote,$(BUILD)) $(if $(filter file,$(origin BASE)),,BASE=$(call quote,$(BASE))) \
	  $(if $(filter file,$(origin ALLOC)),,ALLOC=$(call quote,$(ALLOC))) $(if $(filter file,$(origin BUDGET)),,BUDGET=$(call quote,$(BUDGET))) \
	  $(if $(filter file,$(origin STRATEGY)),,STRATEGY=$(call quote,$(STRATEGY))) $(foreach v,WORKLOAD BATCH NIGHT,$(if $($(v)),$(v)=$(call quote,$($(v))))) \
	  scripts/nightly.sh

repro: ## the earlier study, claim by claim: about seven minutes
	@scripts/install.sh bench
	@$(SUBMAKE) $(JOBS) programs
	@$(SUBMAKE) $(JOBS) perturb
	@exec $(OUT)/triebench repro

# A rejection is what a report is for; that it could not be made is what fails here.
report: ## REPORT.md from the committed reference run; or with RUN=results/runs/ID report, plots and page in that folder
	@scripts/install.sh report
	@$(SUBMAKE) $(JOBS) programs
ifneq ($(RUN),)
	@$(OUT)/triebench report $(call quote,$(RUN)) --out $(call quote,$(RUN)) --plots $(call quote,$(RUN)/plots) \
	  --html $(call quote,$(RUN)/index.html) || [ $$? -ne 2 ]
else
	@[ -n '$(REFERENCE_RUNS)' ] || { echo "triebench: there is no results/reference/*/run.jsonl; RUN=results/runs/ID reports on another" >&2; exit 2; }
	@$(OUT)/triebench report $(REFERENCE_RUNS) $(REFERENCE_CLAIMS:%=--claims %) --out $(call quote,$(REPORT_DIR)) || [ $$? -ne 2 ]
endif

man: ## the manual page, made of what the commands say with --help: man build/triebench.1
	@scripts/install.sh build
	@$(SUBMAKE) $(JOBS) programs
	@scripts/man.sh $(OUT)/triebench >$(OUT)/triebench.1

doctor: ## what on this machine will blur the figures
	@scripts/install.sh build
	@$(SUBMAKE) $(JOBS) programs
	@exec $(OUT)/triebench doctor

test: ## every test (also under the sanitizers) and the checks of the tree
	@scripts/install.sh test
	@$(SUBMAKE) $(JOBS) VARIANT=release programs tests peers saboteurs
	@$(SUBMAKE) $(JOBS) VARIANT=asan programs tests saboteurs
	@$(SUBMAKE) $(JOBS) VARIANT=tsan programs tests
	@$(SUBMAKE) perturb
	@BUILD=$(BUILD) TEST_LIMIT_S=300 TEST_TOTAL_S=1000 scripts/run-tests.sh $(call tests_in,$(BUILD)) \
	  $(call tests_in,$(BUILD)/asan) $(call tests_in,$(BUILD)/tsan) $(tests_perturb) $(E2E) scripts/check.sh

quick-test: tests ## unit and property tests alone, of one VARIANT
	@BUILD=$(BUILD) scripts/run-tests.sh $(TESTS_WORKER) $(TESTS_DRIVER)

check: ## the checks of the tree alone
	@scripts/install.sh test
	@BUILD=$(BUILD) scripts/check.sh

format: ## lay out every source with clang-format
	@find trie strategies allocators harness tests scripts -name '*.[ch]' -exec clang-format -i {} +

list-tests:
	@printf '%s\n' $(sort $(TEST_WORKER_SRC) $(TEST_DRIVER_SRC) $(TEST_PERTURB_SRC)) $(E2E)

# Before the first object is compiled, what it needs is looked for, so that a missing package is named and not a header.
$(OUT)/.packages-build $(OUT)/.packages-test: $(OUT)/.packages-%: scripts/packages.sh
	@scripts/packages.sh require $*
	@mkdir -p $(@D) && touch $@
$(OUT)/.packages-peers: scripts/packages.sh
	@scripts/install.sh peers
	@mkdir -p $(@D) && touch $@
$(WORKER_LIB_OBJ) $(DRIVER_LIB_OBJ) $(call objects,harness/worker/main.c harness/driver/main.c): | $(OUT)/.packages-build
$(SUPPORT_OBJ) $(call objects,$(TEST_WORKER_SRC) $(TEST_DRIVER_SRC)): | $(OUT)/.packages-test
$(PLUGINS): | $(OUT)/.packages-peers
