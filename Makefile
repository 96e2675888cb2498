# The daily commands. `make demo` and `make test` set up what they need in .venv.
PYTHON ?= python3
BIN := .venv/bin
LEDGER := demo.db
FUZZ_SECONDS ?= 60

.PHONY: demo test check fuzz faults audit release format evaluate docs lock clean

demo: .venv/core
	$(BIN)/onrecord read examples/reports --into $(LEDGER) --to none; test $$? -le 1
	$(BIN)/onrecord show $(LEDGER) 01-border-update.txt
	$(BIN)/onrecord show $(LEDGER)

test: .venv/dev
	$(BIN)/pytest

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) --seed 1

# Nightly: ten minutes of processor time a target. What is found is written to tests/fuzz/cases, where the tests replay it.
fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz --seconds 600

# Nightly: 250 injected faults, 100 rounds of several programs at once, and all attacks on all regular expressions.
faults: .venv/dev
	$(BIN)/python -m tests.faults --faults 250
	$(BIN)/python -m tests.hostile

# Known vulnerabilities of the locked dependencies; asks the package index's advisories, so it needs the network.
# Fails with 2 where they cannot be had: nothing passes unasked.
audit: .venv/dev
	$(BIN)/python -m tests.audit requirements.lock requirements-dev.lock

# What is published: the wheel (the same bytes whoever builds it), the sources, what they depend on, the hashes of all.
release: .venv/dev
	rm -rf dist
	$(BIN)/python -m hatchling build -d dist
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	    --of JSON -o dist/onrecord.cdx.json
	cd dist && sha256sum * > SHA256SUMS && cat SHA256SUMS

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Scores on data that are not part of the project (see docs/evaluation.md); fails below a recorded floor.
evaluate: .venv/dev
	$(BIN)/python -m evaluation

docs: .venv/dev
	$(BIN)/python docs/generate_cli.py
	$(BIN)/python docs/generate_fields.py
	$(BIN)/mkdocs build --strict --quiet

# Newer versions of the dependencies, pinned with hashes.
lock: .venv/dev
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate --extra dev pyproject.toml -o requirements-dev.lock

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/dev: .venv/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

clean:
	rm -rf .venv $(LEDGER)*
