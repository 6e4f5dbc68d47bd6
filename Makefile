# SPDX-License-Identifier: GPL-2.0
# Builds and runs User-Mode Linux with simulated time. `make help` lists the targets.
# What the targets do is in series/; everything they write is under build/.

SHELL = /bin/sh
FRAGMENT = arch/um/configs/timetravel.config
TT ?= inf-cpu
N ?= 1000
FUZZ_SECONDS ?= 3600
VERSION ?= 1

# As typed: make expands no $ in it, and a shell sees it only in the guest
override CMD := $(value CMD)
export CMD KSRC JOBS FORCE CASE RUNS

.PHONY: help run base stock tree save clean distclean check check-slow check-suites check-matrix check-all \
	check-bases check-series check-docs docs fuzz soak soak-days bench series send build/linux build/stock/linux build/umtt

help:
	@sed -n 's/^## //p' Makefile

## make run            boot the guest on simulated time and let it sleep for a day
## make run CMD='...'  run a command line of the host's programs in the guest
##                     (TT=inf-cpu|basic|off: the mode of time; RUN_ARGS: see guest-run --help)
run: build/linux
	@series/need.sh run
	@tools/um/timetravel/guest-run --kernel build/linux --time-travel $(TT) $(RUN_ARGS) -- "$$CMD"

## make build/linux    the kernel with our time travel
build/linux: tree
	@series/build.sh linux build/tree build/obj $@ build/tree/$(FRAGMENT)

## make build/umtt     the controller: one clock for many kernels
build/umtt: tree
	@series/need.sh umtt
	@$(MAKE) -s -C build/tree/tools/um/timetravel OUTPUT=$(CURDIR)/build/umtt.d/
	@cp -u build/umtt.d/umtt $@

## make base           build/base: the kernel that all of this is for, unmodified
base:
	@series/need.sh build
	@series/base.sh

## make stock          build/stock/linux: the base, configured the same
stock: build/stock/linux
build/stock/linux: base
	@series/build.sh stock build/base build/stock/obj $@ $(FRAGMENT)

## make tree           build/tree: the base, our files, our edits
tree: base
	@series/sync.sh

## make save           bring edits made in build/tree back to the repository
save:
	@series/save.sh

## make check          run all tests; PART=house|base|series|kunit-tool|controller|net|conform|guests|
##                     suites|kunit|off|debug|static: only those
##                     (CASE=NAME: only that one; RUNS=10: what has to be the same on
##                     each run is run so often, 3 if not given)
check: tree
	@series/need.sh run umtt check series
	@.ci/check $(PART)

## make check-slow     the guests' tests with those that take minutes: the end of time, 20 years
##                     without a process, 30 days of work, a disk of the host that hangs
check-slow: tree
	@series/need.sh run umtt check series
	@SLOW=1 .ci/check guests

## make check-suites   other people's tests of time, with a table: selftests/timers, CPython,
##                     stress-ng, Go (SUITE=cpython or timers/nanosleep:basic: only that)
check-suites: build/linux
	@series/need.sh run check
	@series/need.sh suites
	@.ci/suites/run $(if $(SUITE),'$(SUITE)')

## make check-matrix   each of .ci/configs, in each mode of time, with a table
##                     (CONFIG='kasan ubsan': only those)
check-matrix: tree
	@series/need.sh run check
	@.ci/matrix $(CONFIG)

## make check-bases    apply, build and boot on each newer kernel that Debian has, with a table
check-bases:
	@series/need.sh build run
	@series/check-bases

## make check-all      KUnit's suites of the whole kernel, in real time and in inf-cpu
check-all: tree
	@series/need.sh run check
	@.ci/alltests

## make soak           boot a thousand times in a row (N=1000)
soak: build/linux
	@series/need.sh run
	@KERNEL=build/linux build/tree/tools/testing/selftests/um/timetravel/soak.sh $(N)

## make fuzz           an hour of nonsense each from clients for the controller, from a controller
##                     for the kernel, from guests for their network (FUZZ_SECONDS=N)
fuzz: tree
	@series/need.sh run umtt check
	@FUZZ_SECONDS=$(FUZZ_SECONDS) CASE='a minute of nonsense from clients' .ci/check controller
	@FUZZ_SECONDS=$(FUZZ_SECONDS) CASE='a minute of nonsense for the kernel' .ci/check controller
	@FUZZ_SECONDS=$(FUZZ_SECONDS) CASE='half a minute of nonsense from guests' .ci/check net

## make soak-days      30 simulated days of what a small server does, in inf-cpu and basic
soak-days: build/linux
	@series/need.sh run check
	@mkdir -p build/selftests
	@KERNEL=build/linux OUTPUT=build/selftests \
		build/tree/tools/testing/selftests/um/timetravel/run.sh thirty_days_of_work_are_on_time

## make bench          a table: this kernel beside the stock one
bench: build/linux build/stock/linux build/umtt
	@series/need.sh run bench
	@.ci/build-off
	@.ci/bench
	@.ci/bench-umtt

## make series         the patches as mail files in build/series, a directory for each topic
##                     (TOPIC=fixes|core|speed|tools: only that; with VERSION=2 its next
##                     version, beside that which has the tag series-TOPIC-v1)
series: tree
	@series/need.sh run series
	@series/series.py make $(addprefix --topic=,$(TOPIC)) --version $(VERSION)

## make check-series   build and test each step of it; takes half an hour
check-series: tree
	@series/need.sh run check series
	@series/check-series

## make send           who gets what of it, and the call that would send it (TOPIC=NAME SEND=1:
##                     send that topic; SEND_ARGS: for git send-email)
send: series
	@series/send.sh $(SEND_ARGS)

## make docs           the manual as build/docs/html/time-travel.html
docs: tree
	@series/need.sh docs
	@series/docs.sh

## make check-docs     run every command of the manual
check-docs: build/linux
	@series/need.sh run check docs
	@.ci/check docs

## make clean          remove objects and kernels
clean:
	rm -rf build/obj build/stock/obj build/linux build/stock/linux build/log \
		build/kunit build/off build/static build/selftests build/suites build/config build/alltests build/bases \
		build/umtt build/umtt.d build/umtt.san build/umtt.fuzz build/bench build/series build/docs build/docs-tree

## make distclean      remove build/, with edits in it that were not saved
distclean:
	rm -rf build

## KSRC=DIR|TARBALL    builds on a kernel of yours instead of Debian's linux-source-7.3
