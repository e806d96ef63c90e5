# 五步议事 (Five Steps). `make` alone prints this list.
#
# Everything is installed into .venv and node_modules of this folder. The files .venv/.ok-* and node_modules/.ok-* say
# what is installed; they are older than the lock files when something has to be installed again.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

V       := .venv
B       := $(V)/bin
PIP     := $(B)/python -m pip --disable-pip-version-check --quiet
NPM     := $(B)/python scripts/npm.py
WORKERS ?= 2
DATA    ?= instance

# ----------------------------------------------------------------------------------------------------------- use it

.PHONY: help
help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Install, build, load the demo when there is none, and serve it on http://127.0.0.1:5000 (or PORT=5050).
	@exec $(B)/deliberation demo $(if $(PORT),--port $(PORT))

.PHONY: demo-reset
demo-reset: setup ## The same, but throw the demo's data away first.
	@exec $(B)/deliberation demo --reset

.PHONY: serve
serve: setup ## Serve with the settings of the environment (docs/operations.md).
	@exec $(B)/deliberation serve

.PHONY: migrate
migrate: setup ## Bring the database of the environment's settings up to date.
	@exec $(B)/deliberation migrate

.PHONY: setup
setup: $(V)/.ok-package $(V)/.ok-translations static/dist/.ok

# -------------------------------------------------------------------------------------------------------- check it

.PHONY: test
test: setup $(V)/.ok-dev node_modules/.ok-dev ## Run the whole suite: rules, both databases, Redis and a real browser.
	@$(B)/python -m tests.support.browser
	$(B)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

CHECKS := check-format check-lint check-types check-frontend check-imports check-templates check-marked \
          check-translations check-migrations check-locks
.PHONY: check $(CHECKS)
check: $(CHECKS) ## Format, lint, types, import contracts, templates, translations, migrations, lock files.
	@echo "make check: all $(words $(CHECKS)) checks passed"

$(CHECKS): | $(V)/.ok-package $(V)/.ok-dev
check-format:
	$(B)/ruff format --check --quiet .
check-lint:
	$(B)/ruff check --quiet .
check-types:
	$(B)/mypy deliberation scripts/*.py
check-frontend: node_modules/.ok-dev
	$(NPM) run --silent types
check-imports:
	$(B)/lint-imports
check-templates:
	$(B)/djlint templates --lint --quiet
check-marked:
	$(B)/python scripts/check_marked.py
check-translations:
	$(B)/python scripts/check_translations.py
check-migrations:
	$(B)/python scripts/check_migrations.py
check-locks:
	$(B)/python scripts/check_locks.py

.PHONY: screens
screens: setup $(V)/.ok-dev node_modules/.ok-dev ## Look at every page in every way, with axe, and take the pictures of docs/screens.
	@$(B)/python -m tests.support.browser
	$(B)/python -m tests.journeys.support.screens $(ARGS)

.PHONY: bench
bench: setup $(V)/.ok-dev ## Load and fault programs; each prints a table and writes JSON into bench/.
	@for program in $$(grep -l "^def main" bench/*.py); do echo "== $$program"; $(B)/python $$program; done

# ------------------------------------------------------------------------------------------------------ work on it

.PHONY: format
format: $(V)/.ok-dev ## Format the Python sources and mend what ruff can mend.
	$(B)/ruff check --quiet --fix .
	$(B)/ruff format --quiet .

.PHONY: translations
translations: $(V)/.ok-package ## Bring translations/ up to date with the sources; new sentences come in empty.
	$(B)/python scripts/update_translations.py

.PHONY: migration
migration: setup $(V)/.ok-dev ## Write the next migration from the models: make migration m="add the speaking queue".
	@$(B)/python scripts/make_migration.py "$(m)"
	@$(B)/ruff format --quiet migrations

UV   := $(B)/python -m uv
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-header --no-annotate --python-version 3.11
.PHONY: lock
lock: $(V)/.ok-python ## Write the lock files anew from pyproject.toml and package.json (UPGRADE=--upgrade for newer versions).
	$(PIP) install uv
	$(LOCK) $(UPGRADE) pyproject.toml --extra build -o requirements.lock
	$(LOCK) $(UPGRADE) pyproject.toml --extra build --extra scale -c requirements.lock -o requirements-scale.lock
	$(LOCK) $(UPGRADE) pyproject.toml --all-extras -c requirements-scale.lock -o requirements-dev.lock
	$(LOCK) $(UPGRADE) scripts/node.in -o requirements-node.lock
	$(NPM) install --package-lock-only --ignore-scripts
	$(B)/python scripts/check_locks.py

.PHONY: clean
clean: ## Remove what was installed and built; the data stays.
	rm -rf $(V) node_modules static/dist .mypy_cache .ruff_cache .pytest_cache test-results

# ------------------------------------------------------------------------------------------------ what is installed

# The first Python of 3.11 or newer; an environment whose Python has gone is made anew.
$(V)/.ok-python:
	@for python in "$${PYTHON:-python3}" python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $(B)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	      || "$$python" -m venv --clear $(V); \
	    touch $@; exit 0; \
	  fi; \
	done; \
	echo 'Python 3.11 or newer is needed; set PYTHON=/path/to/python3 when it is not on the PATH.' >&2; exit 1

$(V)/.ok-locked: requirements.lock $(V)/.ok-python
	@echo 'Installing the Python packages.'
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(V)/.ok-package: pyproject.toml $(V)/.ok-locked
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(V)/.ok-dev: requirements-dev.lock $(V)/.ok-locked
	@echo 'Installing the packages for tests and checks.'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.ok-build: package-lock.json package.json .npmrc | $(V)/.ok-python
	@echo 'Installing the packages of the frontend.'
	@$(NPM) ci --silent --ignore-scripts --omit=dev
	@touch $@

node_modules/.ok-dev: package-lock.json package.json .npmrc | $(V)/.ok-python
	@echo 'Installing the packages for checking the frontend.'
	@$(NPM) ci --silent --ignore-scripts
	@touch $@ node_modules/.ok-build

static/dist/.ok: node_modules/.ok-build $(shell find frontend -type f 2>/dev/null)
	@$(NPM) run --silent build
	@touch $@

$(V)/.ok-translations: $(wildcard translations/*/LC_MESSAGES/*.po) scripts/compile_translations.py scripts/taiwan.py \
                       scripts/taiwan_words.txt $(V)/.ok-locked
	@$(B)/python scripts/compile_translations.py
	@touch $@
