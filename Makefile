# make run    sets up and starts Secateur
# make test   sets up and runs every test there is; .ci/run calls it, and nothing else decides
# make check  the part of it that takes a minute
# make proof  the long form of what make test proves in short: 1,000 recreate races, 1,000 cluster switches, and 10,000
#             of each on practice, 200 kills, and 20,000 kubeconfigs that mean to us what they mean to kubectl
# make bench  deletes 1,000 ConfigMaps and 1,000 Pods side by side with kubectl on one real server, then lists 10,000,
#             50,000 and 100,000 Pods, opens them in the built window, and says what is missed; it takes as long as
#             kubectl does, which holds itself to a few requests a second, and half an hour more with
#             SECATEUR_BENCH_CHURN=30. SECATEUR_BENCH_OBJECTS=2000 is a try that judges nothing. Let nothing else run
#             beside it. make bench-deleting, make bench-lists and make bench-window are its parts.
#
# make page, make plane and make bindings make the page, the control plane of the tests, and the page's types; make
# budgets writes down how many instructions a list's work may take: as many as it takes now.

SHELL := /bin/sh
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test check proof bench bench-deleting bench-lists bench-window counted budgets page plane bindings setup-run setup-test format lint page-check page-test unit-test full-test

export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/secateur/target

# One build compiles, lints and links: clippy stands in for the compiler in our own crates, so that no dependency is
# compiled a second time for checking. `cargo clippy` would; it cannot share what it checks with what it runs.
LINTED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__
# Where a test run writes what ts-rs generates; only `make bindings` writes it into the page.
UNSHARED := TS_RS_EXPORT_DIR=$(CARGO_TARGET_DIR)/bindings
# A home of their own, a display and a bus of their own. Without -noreset the display begins anew when the last window of
# a test goes, and the next one, if it comes at that moment, finds none.
ISOLATED := scripts/isolated.sh dbus-run-session -- xvfb-run -a -s '-screen 0 1600x1000x24 -noreset'

step = @printf '\n==> %s\n' '$(1)'

run:
	@scripts/setup.sh display system-run tools-run page
	@$(MAKE) --no-print-directory page
	cargo run --bin secateur

test: setup-test format page lint page-check page-test counted full-test

check: setup-test format page lint page-check unit-test

proof: setup-test plane
	$(call step,20000 kubeconfigs)
	SECATEUR_PLANE=$$(tests/control-plane/build.sh | tail -n 1) && export SECATEUR_PLANE && \
		$(LINTED) SECATEUR_CONFIGS=20000 \
		scripts/isolated.sh cargo test --package secateur-cluster --test kubeconfigs
	$(call step,1000 recreate races and 1000 cluster switches, 10000 of each on practice, and 200 kills)
	SECATEUR_PLANE=$$(tests/control-plane/build.sh | tail -n 1) && export SECATEUR_PLANE && \
		$(LINTED) SECATEUR_RACES=1000 SECATEUR_SWITCHES=1000 SECATEUR_KILLS=200 \
		SECATEUR_PRACTICE_RACES=10000 SECATEUR_PRACTICE_SWITCHES=10000 \
		scripts/isolated.sh cargo test --workspace --test journeys -- a_namesake_of whatever_is_on_screen killed_at

# All of them, also where one misses a goal.
bench:
	@$(MAKE) --no-print-directory --keep-going bench-deleting bench-lists bench-window

bench-deleting bench-lists: bench-%: setup-test plane
	$(call step,$* side by side with kubectl)
	SECATEUR_PLANE=$$(tests/control-plane/build.sh | tail -n 1) && export SECATEUR_PLANE && \
		scripts/isolated.sh cargo bench --package secateur-headless --bench $*

bench-window: setup-test plane page
	$(call step,the window over many pods)
	SECATEUR_PLANE=$$(tests/control-plane/build.sh | tail -n 1) && export SECATEUR_PLANE && \
		$(ISOLATED) cargo bench --package secateur --bench window

setup-test:
	$(call step,What the tests need)
	@scripts/setup.sh system-test tools-test page

format:
	$(call step,Formatting)
	cargo fmt --all --check

lint: page
	$(call step,Compiling and linting everything)
	$(LINTED) cargo build --workspace --all-targets

page-check:
	$(call step,The page: types and lints and unit tests)
	npm --prefix ui run --silent check
	npm --prefix ui run --silent lint
	npm --prefix ui run --silent test

page-test:
	$(call step,The page in a browser)
	scripts/isolated.sh npm --prefix ui run --silent test:ui

unit-test:
	$(call step,Unit tests and the rules of the repository)
	$(LINTED) $(UNSHARED) scripts/isolated.sh cargo test --workspace --lib --bins --test app

counted budgets:
	$(call step,Instructions that the work of a list takes)
	$(LINTED) cargo run --quiet --profile counted --package secateur-domain --example counted -- $(WRITE)

budgets: WRITE := --write

full-test: plane
	$(call step,Unit tests and journeys and the window)
	SECATEUR_PLANE=$$(tests/control-plane/build.sh | tail -n 1) && export SECATEUR_PLANE && \
		$(LINTED) $(UNSHARED) $(ISOLATED) cargo test --workspace --no-fail-fast

plane:
	$(call step,The control plane of the tests)
	@tests/control-plane/build.sh

# Directories are among the sources, so that a file that was taken away is noticed.
page_sources := $(shell find ui/src ui/index.html ui/vite.config.ts ui/svelte.config.js ui/package-lock.json)

page: ui/dist/index.html

ui/dist/index.html: $(page_sources)
	$(call step,Building the page)
	@scripts/setup.sh tools-run page
	npm --prefix ui run --silent build
	@touch $@

bindings:
	cargo test --package secateur-contract
