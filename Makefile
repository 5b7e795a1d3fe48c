# Each target does its own set-up; nothing needs to be installed first but Python 3.11 or newer.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test bench validate docs clean

demo: .venv/.demo        ## the main job on the example sweep; ends with the path of the report
	$(BIN)/morphsweep demo

test: $(STAMP)           ## everything that must hold
	scripts/check

bench: $(STAMP)          ## speed, both sides in one run; records benchmarks/results
	$(BIN)/python -m benchmarks

validate: $(STAMP)       ## long seeded studies; resumable; records validation/results
	$(BIN)/python -m validation

docs: $(STAMP)           ## docs/_build/html/index.html
	$(PIP) -e '.[docs]'
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.demo: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) -e .
	@touch $@

$(STAMP): pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) -e '.[dev]'
	@touch $@ .venv/.demo

clean:
	rm -rf .venv demo-results docs/_build
