# Each target sets up what it needs; `make demo` or `make test` may be the first command typed on a new machine.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync
STAMP := .venv/.complete

.PHONY: help setup demo run test check lint types architecture asl docs docs-check build bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(UV):
	@python3 -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(UV) uv.lock pyproject.toml
	@$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

setup: $(STAMP) ## create .venv from the lock file

demo: setup ## one day of the sample seller on the embedded stack; writes out/
	@.venv/bin/goodstanding demo

run: setup ## one day over your own folder: make run FOLDER=… AS_OF=2026-11-20T06:00:00Z
	@.venv/bin/goodstanding run $(FOLDER) --as-of $(AS_OF)

test: setup ## every test that needs no AWS account
	@tools/run_tests.sh

lint: setup ## style, formatting, state machines
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) python -m tools.asl_lint

types: setup ## mypy, strict
	@$(RUN) mypy

architecture: setup ## the direction of dependencies
	@$(RUN) lint-imports

build: setup layers/dependencies/requirements.txt ## sam validate and sam build, no Docker, no credentials
	@tools/build.sh

docs: setup ## write generated docs: state diagrams, metrics, policy, permissions
	@$(RUN) python -m tools.generate_docs

docs-check: setup ## fail when generated docs are stale
	@$(RUN) python -m tools.generate_docs --check

bench: build ## measure for some minutes; writes benchmarks/results
	@$(RUN) python -m benchmarks

lock: $(UV) ## resolve dependencies anew
	@$(UV) lock
	@$(MAKE) --no-print-directory layers/dependencies/requirements.txt

layers/dependencies/requirements.txt: uv.lock | $(UV)
	@$(UV) export --frozen --quiet --no-default-groups --no-emit-project --no-header --format requirements-txt --output-file $@

check: setup lint types architecture docs-check build test ## what CI runs

clean: ## remove what was built
	@rm -rf .venv .tools .aws-sam out build .hypothesis .mypy_cache .ruff_cache .pytest_cache
