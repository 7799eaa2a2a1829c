# Two commands matter on a fresh machine: `make demo` and `make test`.
# Both need git, make and Python 3.11 or newer; uv is used where it is installed.
.DELETE_ON_ERROR:
.PHONY: demo test quick check weekly static long whole faults bench soak fmt lint types templates translations imports security screenshots locks clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run
DEV_STAMP := $(VENV)/.dev
# One more than the cores of a small machine: some tests wait for time-outs. Neighbours run in one
# process, so that what a module or a run starts once is started once.
XDIST ?= 3
PYTEST = $(BIN)/python -m pytest -q -n $(XDIST) --dist worksteal
# Compiled once for all the processes that tests start, and nowhere between the sources.
export PYTHONPYCACHEPREFIX = $(abspath $(VENV))/bytecode

demo: $(RUN_STAMP)
	@PORT="$(PORT)" SIMULATOR_PORT="$(SIMULATOR_PORT)" $(BIN)/python -m dashboard demo

# The inner loop: rules of the code, units and the store, without browsers and walks over pages.
QUICK = tests/unit tests/store tests/rules/code/test_house.py tests/rules/code/test_templates.py
quick: $(DEV_STAMP)
	@$(PYTEST) -m "not long" $(QUICK)

# DB=postgres runs what can differ on a private PostgreSQL and Redis, installed where possible.
BESIDE = $(if $(filter postgres,$(DB)),$(BIN)/python -m tests.support.private_servers --)
test: $(DEV_STAMP) browser
	@$(BESIDE) $(PYTEST) -m "not long$(if $(BESIDE), and database)"

check: static whole

# Everything, the weekly tests too, on both databases.
weekly: export WEEKLY = 1
weekly: check
	@$(PYTEST) -m weekly
	@$(BIN)/python -m tests.support.private_servers -- $(PYTEST)

static: lint types imports templates security

# `test` and `long` in one: what is short fills the time in which what is long has to wait.
whole: $(DEV_STAMP) browser
	@$(BESIDE) $(PYTEST) -m "not weekly$(if $(BESIDE), and database)"

long: $(DEV_STAMP) browser
	@$(BESIDE) $(PYTEST) -m "long and not weekly"

# Only the fault suite, and all of it; its figures come at the end. FAULT_SEED repeats a run.
faults: $(DEV_STAMP)
	@$(BIN)/python -m pytest -q -n 2 tests/faults

# The table of the budget, beside the floor: ONLY=P1,P5 for some lines, `growth`, `leaks` or `jobs`
# for what is not of the budget; PEERS=1 adds Django admin and Flask-Admin.
bench: $(DEV_STAMP) browser
	@$(BIN)/python -m tests.bench --only "$(ONLY)" $(if $(PEERS),--peers)

# Staff at work on two servers that are killed, restarted and deployed meanwhile, and the journals
# of both sides compared: docs/performance.md. RATE is of all STAFF together, requests a second.
soak: $(DEV_STAMP)
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),10) --rate $(or $(RATE),100) --staff $(or $(STAFF),50)

lint: $(DEV_STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(DEV_STAMP)
	@$(BIN)/mypy

imports: $(DEV_STAMP)
	@$(BIN)/lint-imports --no-cache

templates: $(DEV_STAMP)
	@$(BIN)/djlint --lint templates --quiet

security: $(DEV_STAMP)
	@$(BIN)/bandit -q -c pyproject.toml -r dashboard --severity-level medium

fmt: $(DEV_STAMP)
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

# Texts of templates and code into the catalogues, then the catalogues compiled.
translations: $(DEV_STAMP)
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l --no-location --sort-output --omit-header -o $(VENV)/messages.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -i $(VENV)/messages.pot -d dashboard/translations
	@$(BIN)/pybabel -q compile -d dashboard/translations

# Browser tests need Chromium: it is installed where that is possible; otherwise the tests say so.
.PHONY: browser
browser: $(DEV_STAMP)
	@$(BIN)/python -m tests.browser.support.install

# One without pip was left half-made: it is made again.
NEW_VENV = { \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make virtual environments: on Debian and Ubuntu, apt install python3-venv.' >&2; \
		exit 1; \
	}; \
	$(PYTHON) -m venv --clear $(VENV); \
}

$(RUN_STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@if command -v uv >/dev/null; then \
		test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt; \
	else \
		$(BIN)/python -m pip --version >/dev/null 2>&1 || $(NEW_VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; \
	fi
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; \
	fi
	@touch $@

# The pictures of the documentation, from the real pages.
screenshots: $(DEV_STAMP) browser
	@$(BIN)/python -m pytest -q tests/browser/screenshots.py

# After a change of dependencies in pyproject.toml; needs uv.
locks:
	@uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml -o requirements.txt
	@uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --extra sso -c requirements.txt -o requirements-sso.txt
	@uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --extra postgres -c requirements.txt -o requirements-postgres.txt
	@uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --extra redis -c requirements.txt -o requirements-redis.txt
	@uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

clean:
	@rm -rf $(VENV) instance .pytest_cache .mypy_cache .ruff_cache .hypothesis
