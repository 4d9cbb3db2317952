# One word for each thing that is done with this folder. What it needs is found or installed by
# scripts/need.sh, which says plainly what it could not install.

SHELL := /bin/bash
CARGO ?= cargo
DATA ?= target/demo-data
LISTEN ?= 127.0.0.1:8080

.PHONY: story help run demo-data pictures ui build debug test test-rust test-postgres test-clients test-crash model fuzz lint fmt bench bench-browser clean-demo

help:            ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  +##' $(MAKEFILE_LIST) | sed -E 's/: .*## */\t/' | expand -t 16

run: build       ## start a demonstration at $(LISTEN); nothing leaves this machine
	target/quick/assent demo --data $(DATA) --listen $(LISTEN)

demo-data: build ## fill $(DATA) with synthetic people, without serving
	target/quick/assent demo --data $(DATA) --prepare-only

# The application in the browser, made anew when one of its files is newer.
UI := $(shell find ui/src -type f) ui/index.html ui/package.json ui/tsconfig.json ui/vite.config.ts

ui: ui/dist/index.html ## the application in the browser, which the binary carries

ui/node_modules/.package-lock.json: ui/package-lock.json
	@scripts/need.sh node
	scripts/npm.sh ui

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI)
	cd ui && npm run --silent build

build: ui        ## the binary, fast to build and fast enough: target/quick/assent
	@scripts/need.sh rust
	$(CARGO) build --locked --profile quick -p server

debug: ui        ## the binary as the tests use it: target/debug/assent
	@scripts/need.sh rust
	$(CARGO) build --locked -p server

PARTS := lint test-rust test-postgres test-clients test-crash
SKIP ?=
test:            ## everything that must pass; SKIP="test-postgres test-clients" leaves parts out and says so
	@for part in $(SKIP); do \
		case " $(PARTS) " in *" $$part "*) ;; *) echo "SKIP: there is no part $$part; the parts are $(PARTS)"; exit 2 ;; esac; \
	done; \
	passed=; \
	for part in $(filter-out $(SKIP),$(PARTS)); do \
		$(MAKE) --no-print-directory $$part || { echo "passed:$${passed:- nothing}"; echo "FAILED: $$part; what comes behind it was not run"; exit 1; }; \
		passed="$$passed $$part"; \
	done; \
	echo "passed:$${passed:- nothing}"
	@[ -z "$(strip $(SKIP))" ] || echo "SKIPPED, so nothing is known of it: $(SKIP)"

lint:            ## formatting and lints
	@scripts/need.sh rust lint
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

test-rust:       ## the workspace's tests
	@scripts/need.sh rust
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		$(CARGO) nextest run --locked --workspace && $(CARGO) test --locked --workspace --doc; \
	else \
		$(CARGO) test --locked --workspace; \
	fi

test-postgres:   ## the workspace's tests once more, their stores on a database server of their own, and those of kernel and privacy in the distributed layout
	@scripts/need.sh rust
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		scripts/postgres.sh $(CARGO) nextest run --locked --workspace && \
		ASSENT_TEST_DISTRIBUTED=1 scripts/postgres.sh $(CARGO) nextest run --locked -p kernel -p privacy; \
	else \
		scripts/postgres.sh $(CARGO) test --locked --workspace && \
		ASSENT_TEST_DISTRIBUTED=1 scripts/postgres.sh $(CARGO) test --locked -p kernel -p privacy; \
	fi

test-clients: debug ## clients of other makers and a browser against a running server
	@scripts/clients.sh

test-crash: debug ## kill a server under load, again and again, and look what is left
	@scripts/crash.sh

model: STEPS ?= 100000
model: SEED ?= 1
model:           ## random acts against an independent model of consent: make model STEPS=1000000 SEED=7
	@scripts/need.sh rust
	MODEL_STEPS=$(STEPS) MODEL_SEED=$(SEED) $(CARGO) test --locked --profile quick -p engagement --test it model:: -- --nocapture

story: debug     ## the README's story, with the seconds of each step
	@scripts/story.sh

fuzz: SECONDS ?= 300
fuzz: TARGETS ?= filter path options apply batch fetchxml
fuzz:            ## parsers under fuzz, SECONDS each: needs `cargo install cargo-fuzz`, no nightly compiler
	@for target in $(TARGETS); do \
		(cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run -s none $$target -- -max_total_time=$(SECONDS) -max_len=20000 -timeout=5) || exit 1; \
	done

pictures: debug  ## docs/pictures: the pages of the application as they are, in the demo
	@scripts/need.sh chromium
	@scripts/npm.sh tests/pages
	cd tests/pages && node pictures.mjs

fmt:             ## format all
	$(CARGO) fmt --all

bench:           ## benchmarks
	@scripts/need.sh rust
	$(CARGO) run --locked --release -p bench

bench-browser: debug ## how smoothly a list of a million rows scrolls, beside one of a hundred
	@scripts/need.sh chromium
	@scripts/npm.sh tests/pages
	cd tests/pages && node grid.mjs

clean-demo:      ## remove $(DATA)
	rm -rf -- $(DATA)
