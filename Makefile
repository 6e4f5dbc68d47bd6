# SPDX-License-Identifier: GPL-2.0
# Builds and runs User-Mode Linux with simulated time. `make help` lists the targets.
# What the targets do is in series/; everything they write is under build/.

SHELL = /bin/sh
FRAGMENT = arch/um/configs/timetravel.config
TT ?= inf-cpu
N ?= 1000
VERSION ?= 1

# As typed: make expands no $ in it, and a shell sees it only in the guest
override CMD := $(value CMD)
export CMD KSRC JOBS FORCE CASE

.PHONY: help run stock tree save clean distclean check soak bench series check-series send \
	docs check-docs build/linux build/stock/linux

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

## make stock          build/stock/linux: the base unmodified, configured the same
stock: build/stock/linux
build/stock/linux:
	@series/need.sh build
	@series/base.sh
	@series/build.sh stock build/stock/tree build/stock/obj $@ $(FRAGMENT)

## make tree           build/tree: the base, our files, our edits
tree:
	@series/need.sh build
	@series/base.sh
	@series/sync.sh

## make save           bring edits made in build/tree back to the repository
save:
	@series/save.sh

## make check          run all tests; PART=house|series|kunit-tool|guests|kunit|off|static: only those
##                     (CASE=NAME: only that one)
check: tree
	@series/need.sh run check series
	@.ci/check $(PART)

## make soak           boot a thousand times in a row (N=1000)
soak: build/linux
	@series/need.sh run
	@KERNEL=build/linux build/tree/tools/testing/selftests/um/timetravel/soak.sh $(N)

## make bench          a table: this kernel beside the stock one
bench: build/linux build/stock/linux
	@series/need.sh run check
	@.ci/build-off
	@.ci/bench

## make series         the patches as mail files in build/series (VERSION=2: the next version,
##                     beside that which has the tag series-v1)
series: tree
	@series/need.sh run series
	@series/series.py make --version $(VERSION)

## make check-series   build and test each step of it; takes half an hour
check-series: tree
	@series/need.sh run check series
	@series/check-series

## make send           who gets what of it, and the call that would send it (SEND=1: send it;
##                     SEND_ARGS: for git send-email)
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
		build/kunit build/off build/static build/selftests build/series build/docs build/docs-tree

## make distclean      remove build/, with edits in it that were not saved
distclean:
	rm -rf build

## KSRC=DIR|TARBALL    builds on another 6.12 than Debian's linux-source-6.12
