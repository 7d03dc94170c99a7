# make help lists the targets. Everything beyond set-up is the program `longcang`; see `.venv/bin/longcang --help`.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Where it is set (images of containers do), every process of a night would compile the project's modules anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run up down status test test-ci fuzz lint format docs bench clean purge

READY := .venv/.ready
LONGCANG := .venv/bin/longcang
PYTEST := .venv/bin/python -m pytest -p no:cacheprovider
LANDING ?=
WORKERS ?= 2
ARGS ?=

help: ## list the targets
	@printf '%s\n' 'Longcang (陇仓): county spreadsheets in, trusted figures out.' ''
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-18s %s\n' "$$name" "$$text"; done
	@printf '%s\n' '' 'make run LANDING=/path/to/folder     loads that folder instead of ./landing' \
		'make test ARGS="-k gate"             passes options to pytest' \
		'make setup PYTHON=/path/to/python    sets up with that Python (3.11 to 3.13)'

# The stamp is older than what it was made from only where that has changed: a second time costs nothing.
$(READY): pyproject.toml uv.lock .ci/setup
	@PYTHON='$(PYTHON)' .ci/setup

setup: $(READY) ## make .venv with the locked packages

run: $(READY) ## one nightly load of ./landing; a new warehouse fills an empty one with a made-up province: a demonstration
	@$(LONGCANG) run $(if $(LANDING),--landing '$(LANDING)',--demo)

up: $(READY) ## start the services: database, Airflow with its web page and schedule
	@$(LONGCANG) up

down: ## stop the services
	@if [ -x $(LONGCANG) ]; then $(LONGCANG) down; else echo 'Nothing is set up here.'; fi

status: $(READY) ## what is running, and what is published
	@$(LONGCANG) status

test: $(READY) ## every test but the long ones
	@$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m 'not ci_only' $(ARGS)

test-ci: $(READY) ## the long tests: kills at each step of a night, time travel, a nineteenth form
	@$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m ci_only $(ARGS)

fuzz: $(READY) ## read 20,000 damaged files by the real children; COUNT=500 SEED=7 for others
	@.venv/bin/python -m tests.fuzz.run --workers $(WORKERS) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

lint: $(READY) ## ruff, mypy, sqlfluff, contracts, docker-compose.yml, DAG imports
	@.ci/lint

format: $(READY) ## let ruff lay out the Python
	@.venv/bin/ruff check --fix --quiet . && .venv/bin/ruff format .

docs: $(READY) ## write the generated pages: docs/forms/, docs/rules.md
	@.venv/bin/python docs/generate.py

bench: $(READY) ## time a night on this machine; HOUSEHOLDS=20000 says how large a province
	@.venv/bin/python -m benchmarks.night $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS))

clean: ## remove caches and build output; the environment and all data stay
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis dbt_project/target dbt_project/logs build dist
	@find . -name .venv -prune -o -name .longcang -prune -o -name __pycache__ -type d -exec rm -rf {} +

purge: ## delete the warehouse of this folder, archive included: make purge CONFIRM=yes
	@if [ '$(CONFIRM)' != yes ]; then \
		echo 'This deletes .longcang with the database, the archive of all originals and the secrets.' >&2; \
		echo 'Nothing was deleted. To go on: make purge CONFIRM=yes' >&2; exit 1; fi
	@if [ -x $(LONGCANG) ]; then $(LONGCANG) down; fi
	@rm -rf .longcang
	@echo 'Deleted .longcang. The landing folder and the environment are untouched.'
	@if [ -e landing/DEMONSTRATION.json ]; then \
		echo 'landing/ still holds the made-up province: empty it before real files go there.'; fi
