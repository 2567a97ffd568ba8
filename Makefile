# `make` lists the tasks. `make serve` and `make test` each work on a fresh machine.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
READY := $(VENV)/.ready

# Homebrew's libraries are outside macOS's default search path.
ifeq ($(shell uname -s),Darwin)
export DYLD_FALLBACK_LIBRARY_PATH := $(shell brew --prefix 2>/dev/null)/lib:/usr/local/lib:/usr/lib
endif

.DEFAULT_GOAL := help
.PHONY: help setup serve test check format goldens pictures bench bench-peers bench-check lock clean specimen

help: ## list the tasks
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## make .venv and install what is needed, libcairo included

$(READY): requirements-dev.txt pyproject.toml deploy/setup.sh
	@sh deploy/setup.sh $(VENV)
	@touch $@

serve: $(READY) ## serve on http://127.0.0.1:8000 (PORT=…), with a gallery at /
	@$(VENV)/bin/nameplate serve --port $(PORT)

test: $(READY) ## run the tests
	@$(PYTHON) -m pytest -n auto -q $(TESTS)

check: $(READY) ## lint, format, types
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

format: $(READY) ## format the code
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

goldens: $(READY) ## draw the golden pictures anew; look at the difference before you commit it
	@$(PYTHON) -m pytest -q tests/goldens --write-goldens

specimen: $(READY) ## draw the specimen of every script anew, and the same in Chromium beside it
	@$(PYTHON) -m pytest -q tests/specimen --write-goldens
	@ls tests/specimen/*.png

bench: $(READY) ## measure the cards beside others, the server, growth; writes bench/results.md
	@$(PYTHON) -m bench $(BENCH)

bench-peers: ## install those others (takumi, satori, resvg-js, sharp; needs node) for make bench
	@cd bench/peers && npm ci

bench-check: $(READY) ## fail where a card got slower beside CairoSVG than in bench/results.json
	@$(PYTHON) -m bench --check

pictures: $(READY) ## draw the pictures of the docs anew; look at those it names before you commit them
	@$(PYTHON) -m docs.draw
	@$(PYTHON) -m docs.gallery
	@$(PYTHON) -m docs.proof
	@$(PYTHON) -m pytest -q tests/render/test_text_features.py --write-goldens

lock: ## resolve the dependencies anew into the three requirements files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q --group dev pyproject.toml -o requirements-dev.txt
	echo hatchling | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -c requirements-dev.txt - -o requirements-build.txt

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
