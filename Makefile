# Every target sets up .venv from requirements.lock when needed. Nothing is written outside this folder.
# The system's Python when it will do: distributions compile theirs with optimisations, version managers often do not,
# and a run takes a sixth less. `make run PYTHON=python3` takes the first on the PATH.
FITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell /usr/bin/python3 -c '$(FITS)' 2>/dev/null && echo /usr/bin/python3 || echo python3)
BIN := .venv/bin
LOE := $(BIN)/lines-of-effort
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test dev lint format lock record docs bench clean

help: ## Show the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; found " + sys.version.split()[0] + ". Try: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@echo "Installing the locked dependencies into .venv (once, two to three minutes)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --no-cache-dir --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-cache-dir --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m dagster_project.dbt_runner & \
	  $(BIN)/python -m compileall -q $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') >/dev/null 2>&1; \
	  wait
	@touch $@

run: .venv/.installed ## Build the warehouse from the bundled recordings and publish it.
	@$(LOE) run

test: .venv/.installed ## Run every test.
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

dev: .venv/.installed ## Open the Dagster UI on loopback.
	@$(BIN)/python -m dagster_project.dev

lint: .venv/.installed ## Check style and types.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/yamllint --strict .
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt/models dbt/tests

format: .venv/.installed ## Rewrite files in the house style.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: .venv/.installed ## Resolve requirements.lock from pyproject.toml (hashes, no host names).
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-strip-extras --no-cache --quiet --output-file requirements.lock

record: .venv/.installed ## Rebuild the bundled recordings from originals: make record FROM=DIR (also reads DIR/../sources/international.md)
	@$(LOE) record --from "$(FROM)"

docs: .venv/.installed ## Write the generated pages of docs/ and the dbt documentation.
	@$(BIN)/python -m dagster_project.docs

bench: .venv/.installed ## Measure and write benchmarks/README.md.
	@$(BIN)/python benchmarks/bench.py

clean: ## Remove run-time data and caches; keep .venv.
	@rm -rf data dbt/target .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
