# Needs git, make, python3 >= 3.11 and python3-venv; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
# Test processes side by side; each runs its own PostgreSQL and browser.
WORKERS ?= 2
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check translate bench install install-dev browser lock format clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## install, prepare the database and serve (HOST, PORT, DATABASE_URL)
	@exec $(FLASK) serve

test: install-dev browser ## run every test, on SQLite and on PostgreSQL
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

check: install-dev ## lint, types, layers, templates, catalogues, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet analytics survey
	$(BIN)/python -m translations.check
	$(FLASK) db check

translate: install-dev ## bring the catalogues up to the code
	$(BIN)/python -m translations.update

bench: install-dev ## measure what must stay fast (BENCH=name for one)
	$(BIN)/python -m tests.benchmarks $(BENCH)

install: $(VENV)/runtime.lock ## install what serving needs
install-dev: $(VENV)/dev.lock ## install what testing needs as well

format: install-dev ## lay out the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

browser:
	@sh tests/servers/install-chromium

lock: $(BIN)/python ## renew the lock files (UPGRADE=1 for the newest versions)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK_OPTIONS) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_OPTIONS) -c requirements.lock --group pyproject.toml:dev pyproject.toml -o requirements-dev.lock

LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

clean: ## remove what was installed and built, but not instance/
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "$(PYTHON) must be Python 3.11 or newer; name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make environments: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamp is a copy of the lock: a fresh checkout of the same lock installs nothing.
$(VENV)/runtime.lock: requirements.lock $(BIN)/python
	@cmp -s $< $@ || { echo "Installing $< (once, about a minute) …"; $(call pip_install,$<); }
	@cp $< $@

$(VENV)/dev.lock: requirements-dev.lock $(BIN)/python
	@cmp -s $< $@ || { echo "Installing $< (once, a few minutes) …"; $(call pip_install,$<); }
	@cp $< $@

pip_install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
