# The commands of this book; `make` alone lists them.  Each installs what it needs into .venv and does its one job.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m uv pip compile --quiet --upgrade --no-emit-index-url \
  --universal --python-version 3.11 --fork-strategy fewest

# Names with a space are left out: make cannot hold them, and no page of the book has one.
SOURCES := _config.yml _toc.yml \
  $(shell find book lessons nnlib -type f ! -path '*/.*' ! -path '*/__pycache__/*' ! -path '* *')
MACHINERY := $(filter book/extensions/% book/templates/% nnlib/look/%, $(SOURCES)) _config.yml requirements.txt

.DEFAULT_GOAL := help
.NOTPARALLEL:           # every target is one chain of steps: with -j they still come one after the other
.DELETE_ON_ERROR:
.PHONY: help book html pdf lab test reach arithmetic notebooks bench mutants faults live torch problem-sets class lock wheels clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

book: html ## build the book and serve it on this machine
	@$(PY) tools/serve.py _build/html --port $(PORT)

html: _build/.book ## build the book into _build/html

pdf: html $(VENV)/.developer ## print the whole book into one PDF
	@$(PY) tools/pdf.py _build/html _build/how-neural-networks-learn.pdf

lab: $(VENV)/.reader ## open JupyterLab on the lessons
	@$(PY) -m jupyterlab --config=tools/lab_config.py $(LAB_FLAGS)

test: $(VENV)/.developer node_modules/.installed _build/.strict ## build the book and check all that it says, computes, draws and accepts
	$(PY) -m pytest -n 2 --dist loadfile --nbval --durations=15 -m "not reach"

reach: $(VENV)/.developer node_modules/.installed _build/.strict ## check that everyone can use it: by ear, keys or phone, on paper, in a class
	$(PY) -m pytest -n 2 --dist loadfile --durations=15 -m reach tests

arithmetic: $(VENV)/.developer ## check that the notebooks give the same with other instructions of the processor
	$(PY) -m pytest -n 2 --dist loadfile --nbval --nbval-other lessons book

notebooks: $(VENV)/.reader ## run every notebook anew and store it in its one canonical form
	@$(PY) tools/notebooks.py

bench: $(VENV)/.bench html ## measure nnlib and the live figures; WRITE=--write stores the tables in the book
	@$(PY) -m benchmarks $(WRITE)

mutants: $(VENV)/.developer ## plant small bugs in nnlib and count those that the tests catch
	@$(PY) tools/mutants.py $(MODULES)

faults: $(VENV)/.developer node_modules/.installed html ## plant faults of every kind and count those caught; WRITE=--write stores the table
	@$(PY) -m faults $(WRITE)

live: node_modules/.installed ## rebuild the script of the live figures after a change in nnlib/live/js
	@npm run --silent build

torch: $(VENV)/.reader ## add PyTorch, which some tests and benchmarks compare nnlib with
	@$(PIP) install torch==2.13.0

problem-sets: $(VENV)/.reader ## export the exercises as nbgrader assignments into problem-sets/
	@$(PY) -m tools.problem_sets problem-sets

class: $(VENV)/.class node_modules/.installed ## add JupyterHub and nbgrader, apart from all else, which the tests of a class use

lock: $(VENV)/.reader ## resolve requirements*.in into exact versions
	@$(PIP) install uv
	@$(COMPILE) requirements.in --output-file requirements.txt
	@grep -v '^-e' requirements.txt >$(VENV)/pins.txt
	@$(COMPILE) requirements-dev.in --output-file requirements-dev.txt --constraint $(VENV)/pins.txt
	@$(PY) tools/wheels.py

wheels: $(VENV)/.made ## ask whether all that is pinned has wheels for every Python and system of the book
	@$(PIP) install uv
	@$(PY) tools/wheels.py

clean: ## remove everything that these commands have made
	rm -rf $(VENV) _build node_modules .pytest_cache .hypothesis nnlib.egg-info

# A stamp is written last, so that an interrupted step is done again.

$(VENV)/.made:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "Python 3.11 or newer is needed, and there is no $(PYTHON). Name one: make PYTHON=/path/to/python3" >&2; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is older. Name another: make PYTHON=/path/to/python3" >&2; \
	  exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) lacks its module venv. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
	  exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.reader: requirements.txt pyproject.toml $(VENV)/.made
	@echo "Installing what the book needs into $(VENV); the first time takes a minute or two."
	@$(PIP) install --requirement requirements.txt
	@touch $@

$(VENV)/.developer: requirements-dev.txt $(VENV)/.reader
	@$(PIP) install --requirement requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.developer
	@$(PIP) install --requirement requirements-bench.txt
	@touch $@

$(VENV)/.class: requirements-class.txt requirements.txt pyproject.toml $(VENV)/.made
	@$(PY) -m venv --clear $(VENV)/class
	@$(VENV)/class/bin/python -m pip --disable-pip-version-check --no-input -qq install --requirement requirements-class.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@command -v npm >/dev/null || { \
	  echo "The tests need Node.js 20 with npm. On Debian and Ubuntu: sudo apt install nodejs npm" >&2; \
	  exit 1; }
	@npm ci --silent --no-audit --no-fund
	@touch $@

_build/.clean: $(MACHINERY)
	@rm -rf _build && mkdir _build
	@touch $@

_build/.book: $(VENV)/.reader _build/.clean $(SOURCES)
	@echo "Building the book."
	@$(VENV)/bin/jupyter-book build --quiet . >/dev/null
	@touch $@

# As _build/.book, from nothing and with every warning an error.
_build/.strict: $(VENV)/.reader $(SOURCES) $(MACHINERY)
	@rm -rf _build && mkdir _build && touch _build/.clean
	@echo "Building the book; every warning is an error."
	@$(VENV)/bin/jupyter-book build --quiet -W --keep-going . >/dev/null
	@touch _build/.book $@
