# Two commands do all the set-up there is: `make rehearse` and `make test`.
# Wanted on the machine: git, make, bash, and Python 3.11 or later.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.made-from-$(shell cksum requirements/dev.txt 2>/dev/null | cut -d' ' -f1)
# A bytecode cache is half of a start; some shells switch it off.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help rehearse rehearse-all test lint bench negate docs locks clean

help: ## tell what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none is on PATH."; exit 1; }
	$(PYTHON) tools/environment.py $(VENV) requirements/dev.txt
	@rm -f $(VENV)/.made-from-*; touch $@

rehearse: $(READY) ## rehearse releases against a loopback GitHub (NAME=… picks one), and a tenth of all stops
	@PYTHONPATH=src $(BIN)/python -m release_actions rehearse $(NAME)
	@$(if $(NAME),,PYTHONPATH=src $(BIN)/python -m release_actions rehearse rust-python --stop-everywhere --part 1/10)
	@$(if $(NAME),,PYTHONPATH=src $(BIN)/python -m release_actions rehearse --fault all --part 1/24)

# Every run that publishes, branches or tags. Much of an hour on 2 cores.
rehearse-all: $(READY) ## kill each release before and after each call that changes anything
	@PYTHONPATH=src $(BIN)/python -m release_actions rehearse rust-python crates pypi train own-release --stop-everywhere
	@PYTHONPATH=src $(BIN)/python -m release_actions rehearse --fault all

# Three at a time, also on two cores: one of them waits for a process or a connection.
test: $(READY) ## every test, with branch coverage
	$(BIN)/python -m pytest -q -n 3 --dist worksteal --durations=20 --cov --cov-report=term $(TESTS)

lint: $(READY) ## the floors, types, style, workflows and generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	PYTHONPATH=src $(BIN)/lint-imports
	$(BIN)/python tools/short_paths.py --check
	PYTHONPATH=src $(BIN)/python tools/docs.py --check
	$(BIN)/python tools/house_rules.py
	$(BIN)/python tools/proofs.py
	$(BIN)/python tools/smoke_pairs.py
	$(BIN)/python tools/rendered.py build/rendered
	$(BIN)/actionlint -shellcheck= build/rendered/.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows build/rendered/.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml actions/*/action.yml
	$(BIN)/zizmor --quiet --offline --pedantic --no-progress --config .github/zizmor.yml action.yml actions build/rendered src/rehearsal/standins

bench: $(READY) ## what is fast, side by side, as ratios
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/digest.py
	$(BIN)/python benchmarks/bump.py
	$(BIN)/python benchmarks/scan.py
	$(BIN)/python benchmarks/crates.py
	$(BIN)/python benchmarks/pypi.py
	$(BIN)/python benchmarks/services.py
	$(BIN)/python benchmarks/rehearsal.py

negate: $(READY) ## negate each condition of each action, and see a test turn red
	PYTHONPATH=src:. $(BIN)/python tools/negate.py

docs: $(READY) ## make the generated parts of the docs, and the short paths, anew
	$(BIN)/python tools/short_paths.py
	PYTHONPATH=src $(BIN)/python tools/docs.py

locks: $(READY) ## lock the dependencies anew, each by the command in its list
	@for list in requirements/*.in; do echo "$$list"; \
	  command="$$(grep '^# uv ' $$list)" && \
	  (cd requirements && PATH="$(CURDIR)/$(BIN):$$PATH" bash -ec "$${command:2}") || \
	  { echo "$$list: not locked"; exit 1; }; done

clean: ## remove what was made here
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
