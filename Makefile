# The commands of the project; `make help` lists them. The work is done by the modules in local/.
SHELL := /bin/sh
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
ifeq ($(strip $(PYTHON)),)
$(error Second Pass needs Python 3.11 or newer, and no such python3 is on the PATH)
endif
PY := .venv/bin/python
export PORT VAR

.DEFAULT_GOAL := help
.PHONY: help install run test test-fast check format messages screenshots bench bench-watching bench-reminders api-cases faults lock

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 18

install: ## Make .venv and install what requirements/dev.txt locks
	@$(PYTHON) -m local.install

run: install ## Start everything on this machine (PORT, VAR); Ctrl-C stops it
	@$(PY) -m local.stack --with-parent

test: install ## Check, then every test: units, whole site, supervisor, browser
	@$(PY) -m local.suite test

test-fast: install ## Tests without the whole stack and the browser; T="apps/core -k x" chooses
	@$(PY) -m local.suite fast $(T)

check: install ## Lint, format, types, layers, templates, migrations
	@$(PY) -m local.suite check

format: install ## Let the formatters have their way
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@find templates -name '*.html' -print0 | xargs -0 .venv/bin/djade --target-version 5.2

messages: install ## Collect the strings to translate into locale/ru
	@$(PY) -m local.messages

screenshots: install ## Take the pictures of the README from a fresh demo
	@$(PY) -m local.screenshots

bench: install ## Measure the main doors against their ceilings, one table
	@$(PY) -m bench

bench-watching: install ## Measure heartbeats, searches and desks as their tables grow
	@$(PY) -m bench.watching

bench-reminders: install ## Measure the reminder engine: idle ticks, planning, sending
	@$(PY) -m bench.reminders

api-cases: install ## Ask REST what schemathesis makes up: API_CASES for each operation, as everybody
	@API_CASES=$${API_CASES:-100} $(PY) -m local.suite run .venv/bin/python -m pytest -q tests/site/test_api_cases.py --log-cli-level=INFO

faults: install ## Kill everything for an hour and count what arrives (FAULTS_SEED)
	@$(PY) -m tests.faults
	@FAULTS_REPEATS=50 $(PY) -m local.suite run .venv/bin/python -m pytest -q tests/faults

lock: install ## Write requirements/*.txt from *.in, with hashes; keeps versions that still fit
	@for name in base dev production; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			requirements/$$name.in --output-file requirements/$$name.txt || exit 1; done
