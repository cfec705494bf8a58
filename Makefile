# `make help` explains every target. Each target does all the set-up it needs.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8321
WORK ?= $(DUECOURSE_HOME)/work
export DUECOURSE_HOME ?= $(CURDIR)/var
# Borrower data never leaves: telemetry of every dependency is off before it is imported.
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export MLFLOW_DISABLE_TELEMETRY := true
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
export PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS := 120
export PREFECT_HOME := $(DUECOURSE_HOME)/prefect
export OMP_WAIT_POLICY := passive

.PHONY: help setup demo test check format lint types walls tests serve mlflow prefect bench bench-features faults mutants pictures real-data lock clean

help: ## explain every target
	@echo "duecourse: risk scores and a fair, explainable worklist for overdue consumer loans"; echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo; echo "Everything made at run time lies in DUECOURSE_HOME (now $(DUECOURSE_HOME))."

setup: $(READY) ## create .venv from the hash-locked requirements.lock (the other targets do it by themselves)

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Expected $(PYTHON) (3.11 to 3.13), found none. Install Python, or run make PYTHON=/path/to/python3."; exit 2; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Expected Python 3.11 to 3.13, found {v[0]}.{v[1]}. Run make PYTHON=/path/to/python3.12.")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Expected the venv and ensurepip modules of $(PYTHON), found them missing. Install the package python3-venv (Debian, Ubuntu)."; exit 2; }
	@$(PYTHON) -c 'import ctypes, sys; sys.platform == "linux" and ctypes.CDLL("libgomp.so.1")' 2>/dev/null || { echo "Expected the system library libgomp.so.1, which LightGBM needs, found none. Install the package libgomp1 (Debian, Ubuntu) or libgomp (Fedora)."; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock (a few minutes, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## the main job on a simulated book of 20,000 loans: from nothing to a worklist
	@$(BIN)/duecourse demo --with-prefect

test: check ## all set-up, then everything `make check` runs

check: lint types walls tests ## ruff, format, mypy --strict, import-linter, pytest

lint: $(READY) ## ruff and its formatter, without changing a file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(READY) ## let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

walls: $(READY) ## import-linter: the walls between the rooms
	@$(BIN)/lint-imports

tests: $(READY) ## pytest on two processes, then the notebooks from top to bottom
	@$(BIN)/pytest -q -n 2 --dist loadgroup
	@PYTHONWARNINGS=error $(BIN)/pytest -q --nbmake notebooks

serve: $(READY) ## the scoring service on http://127.0.0.1:8321 (PORT=…, NOW=2026-01-01T10:00+08:00 for the demo)
	@$(BIN)/duecourse serve --port $(PORT) $(if $(NOW),--now $(NOW))

mlflow: $(READY) ## MLflow's screens over the same store, on http://127.0.0.1:5000
	@$(BIN)/python -c 'import os, pathlib; from models.registry import Registry; Registry(pathlib.Path(os.environ["DUECOURSE_HOME"])).versions()' # the store exists and names this home
	@$(BIN)/mlflow server --workers 1 --host 127.0.0.1 --port 5000 --backend-store-uri sqlite:///$(DUECOURSE_HOME)/mlflow.db --artifacts-destination $(DUECOURSE_HOME)/mlartifacts

prefect: $(READY) ## Prefect's screens over the same store, on http://127.0.0.1:4200
	@$(BIN)/prefect server start --host 127.0.0.1 --port 4200

bench: bench-features ## the same as bench-features

bench-features: $(READY) ## the engine beside pandas, DuckDB and Polars, growth, check, online, Dask (half an hour; WORK=DIR, a disk with 20 GB)
	@$(BIN)/python -m benchmarks.bench_features --work "$(WORK)" --write

faults: $(READY) ## kill -9 a sharded feature run wherever it touches the disk: the same bytes after the resume
	@$(BIN)/python -m pytest -q tests/pipelines/test_sharding_killed.py
	@rm -rf "$(WORK)/faults" && mkdir -p "$(WORK)/faults"
	@$(BIN)/duecourse simulate --loans 300 --months 12 --seed 5 --out "$(WORK)/faults/whole" >/dev/null
	@$(BIN)/duecourse shard "$(WORK)/faults/whole" --into 8 --out "$(WORK)/faults/book" >/dev/null
	@$(BIN)/python tests/pipelines/killed_runs.py "$(WORK)/faults/book" "$(WORK)/faults/runs" 8 > "$(WORK)/faults/points.json"

mutants: $(READY) ## plant faults in the engine, one by one: laws, ledger tables and oracle must catch every one
	@$(BIN)/python -m tests.mutation.mutants

pictures: $(READY) ## pictures of the console for the README, from the demo's home (needs Chromium)
	@$(BIN)/python docs/pictures.py --home "$(DUECOURSE_HOME)"

real-data: $(READY) ## figures on real data: make real-data TRAIN=DIR EVAL=DIR
	@$(BIN)/python -m pipelines.real_data --train "$(TRAIN)" --eval "$(EVAL)"

lock: ## write requirements.lock anew (needs uv on the PATH)
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements.lock

clean: ## remove the environment and every cache; DUECOURSE_HOME stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
