# Everything starts from a fresh clone with git, make and Python 3.11 or newer. `make help` lists the targets.

# The one that is in use; else python3, unless another here is much faster: what was built without optimizations, as pyenv
# does, takes up to twice as long for everything.
PROBE := import ensurepip, sys, timeit, venv; assert sys.version_info >= (3, 11); \
  print(min(timeit.repeat("for i in range(3000): [j for j in range(3)]", number=1, repeat=100)))
PYTHON ?= $(or $(shell .venv/bin/python -c 'import sys; print(sys._base_executable)' 2>/dev/null || \
  for one in python3 /usr/bin/python3; do taken=$$($$one -c '$(PROBE)' 2>/dev/null) && echo "$$taken $$one"; done | \
  awk 'NR == 1 || $$1 < least {least = $$1 / 1.3; name = $$2} END {print name}'),python3)
UV := .tools/bin/uv
BIN := .venv/bin
PORT ?= 8000
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup run test test-fast test-db check fix bench docs messages

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## the environment from the lock file, translations, static files

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Kalends needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.ready: .tools/bin/uv pyproject.toml uv.lock $(wildcard src/kalends/locale/*/LC_MESSAGES/*.po)
	@$(UV) sync --quiet --frozen --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')"
	@$(BIN)/pybabel --quiet compile --directory src/kalends/locale --domain django
	@touch $@

run: setup ## the whole system with demo data on PORT (8000); Ctrl-C ends it
	@$(BIN)/kalends up --demo --port $(PORT)

test: setup ## every test: pure, real PostgreSQL, real browser
	@$(BIN)/python -m tests.packages && $(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n 2 --dist worksteal

test-fast: setup ## without browsers and slow ones
	@$(BIN)/pytest -n 2 -m "not browser and not slow"

test-db: setup ## the same tests on the server of DATABASE_URL and DATABASE_OWNER_URL
	@test -n "$$DATABASE_OWNER_URL" || (echo "Set DATABASE_URL (the application's role) and DATABASE_OWNER_URL (one that may create databases)." && false)
	@$(BIN)/python -m tests.packages && $(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n 2 --dist worksteal

check: setup ## what CI runs: format, lint, types, layers, migrations, translations, then the tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tests/checks/migrations.py
	@$(BIN)/python tests/checks/translations.py
	@$(MAKE) --no-print-directory test

fix: setup ## format and mend what can be mended by machine
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

messages: setup ## collect texts into the catalogues of French and Romanian
	@$(BIN)/python tests/checks/translations.py --update

bench: setup ## the workloads, on a scratch database
	@$(BIN)/kalends bench

docs: setup ## the pictures of the README, taken from a running demo
	@$(BIN)/python docs/take_pictures.py
