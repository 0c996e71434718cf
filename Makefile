# Commands for people and for CI. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

sources := cmd internal articles migrations static $(wildcard *.go)
scripts := .ci/run .ci/packages
templ := go tool templ
staticcheck := go tool -modfile=tools/go.mod staticcheck
npm := node_modules/.package-lock.json
FUZZTIME ?= 10s

# One way of building for all commands, so that each finds what another has compiled; only the race detector needs C.
export CGO_ENABLED := 0

# Databases that are made and thrown away by the hundred are kept in memory where that is set up with room to spare and
# programs may run from it: this takes half the time of a disk.
memory := /dev/shm
roomy := $(shell [ -w $(memory) ] && [ "$$(df --output=avail -k $(memory) | tail -n 1)" -ge 4000000 ] && ! grep -q " $(memory) [^ ]* [^ ]*noexec" /proc/mounts && echo yes)
test race soak: export TMPDIR := $(if $(roomy),$(memory),$(or $(TMPDIR),/tmp))

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: run
run: ## Build and run the server; on Debian and Ubuntu, install PostgreSQL first if there is none
	@if [ -z "$${DATABASE_URL:-}$${POSTGRES_BIN:-}" ] && command -v apt-get >/dev/null \
		&& ! command -v postgres >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then \
		.ci/packages postgresql; \
	fi
	@$(MAKE) --no-print-directory build
	@exec bin/server

.PHONY: build
build: ## Build bin/server
	go build -o bin/server ./cmd/server

.PHONY: generate
generate: ## Generate Go from the templ files
	$(templ) generate -include-version=false

.PHONY: tools
tools: ## Install what the checks need: Debian packages, and those of package.json from npm
	@.ci/packages postgresql chromium-headless-shell fonts-liberation fonts-noto-core openssl python3 shellcheck npm
	@$(MAKE) --no-print-directory $(npm)

# npm writes this list of what it has installed last of all.
$(npm): package.json package-lock.json
	npm ci --ignore-scripts --no-progress
	@touch $@

# Installing waits for the network and the disk most of the time: the code is compiled and looked at meanwhile.
.PHONY: check
check: ## Run all that CI runs
	@$(MAKE) --no-print-directory tools & tools=$$!; status=0; \
	$(MAKE) --no-print-directory check-code check-modules || status=$$?; \
	wait $$tools; exit $$status
	@$(MAKE) --no-print-directory check-format check-generated test

.PHONY: check-format
check-format:
	@unformatted=$$(gofmt -l $(sources)); if [ -n "$$unformatted" ]; then echo "gofmt -w is needed on:"; echo "$$unformatted"; exit 1; fi
	$(templ) fmt -fail internal
	shellcheck $(scripts)

# Generated files must be those that templ makes now, and in CI also part of the repository.
.PHONY: check-generated
check-generated:
	@sums() { find internal -name '*_templ.go' -exec sha256sum {} + | sort; }; \
	before=$$(sums); $(templ) generate -include-version=false; \
	if [ "$$before" != "$$(sums)" ]; then echo 'generated files were not current: they are now, look at the difference'; exit 1; fi
	@if [ -n "$${CI:-}" ]; then find internal -name '*_templ.go' -exec git ls-files --error-unmatch {} + >/dev/null; git diff --exit-code; fi

.PHONY: check-code
check-code: export GOGC := 300
check-code: # with what takes pictures, which is in no test
	go vet -tags shots ./...
	$(staticcheck) -tags shots -checks all ./...
	go fix -diff ./...

.PHONY: check-modules
check-modules:
	go mod tidy -diff
	cd tools && go mod tidy -diff

# Tests wait for browsers and databases as much as they compute: with a few more at a time than there are processors, all of
# these have something to do. vet has its own target, which looks for more than go test would.
.PHONY: test
test: $(npm) ## Run all tests
	n=$$(nproc); go test -vet=off -p $$((n + 1)) -parallel $$((2 * n)) -timeout 30m ./...

.PHONY: race
race: $(npm) ## Run all tests with the race detector, which takes several times as long
	@.ci/packages gcc libc6-dev
	CGO_ENABLED=1 go test -race -timeout 60m ./...

.PHONY: soak
soak: ## Race ten thousand saves, and kill the server and Postgres forty times (docs/measured.md has what came of it)
	RACING_SAVES=10000 go test -timeout 60m -count 1 -v -run '^TestRacingSaves$$' ./internal/web/desk
	CRASHES=40 go test -timeout 60m -count 1 -v -run '^TestCrashes$$' ./cmd/server

.PHONY: check-full
check-full: build ## Anchor every claim in real full texts: make check-full ARTICLES=FOLDER
	@if [ -z '$(ARTICLES)' ]; then echo 'say where the texts are: make check-full ARTICLES=FOLDER'; exit 2; fi
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; chmod 755 "$$folder"; \
	export DATA_DIR=$$folder/data; unset DATABASE_URL; \
	bin/server import articles; \
	report=$$(bin/server import '$(ARTICLES)'); echo "$$report"; grep -q '^all .* anchored$$' <<<"$$report"

.PHONY: shots
shots: ## Take a picture of each kind of page and of every page of the desk, in three widths and two colour schemes, into shots/
	go test -tags shots -count 1 -run '^TestShots$$' ./internal/web ./internal/web/desk
	@echo "the pictures are in shots/"

.PHONY: fuzz
fuzz: ## Run every fuzz test for FUZZTIME (10s)
	@for package in $$(go list ./...); do \
		for test in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz' || true); do \
			echo "$$package $$test"; go test -run '^$$' -fuzz "^$$test\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$package"; \
		done; \
	done

.PHONY: bench
bench: ## Run all benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: clean
clean: ## Remove what the other commands have made, but never data
	rm -rf bin shots node_modules
