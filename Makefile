# Two commands do all the set-up: `make demo` runs the product, `make test` proves it.
PYTHON ?= python3
PORT ?= 8000
export PORT
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo serve test test-sqlite test-postgresql lint format bench requirements clean

help:
	@echo "make demo     the product with lively demo data on http://127.0.0.1:$(PORT)"
	@echo "make test     every test, on SQLite and on a real PostgreSQL and Valkey"
	@echo "make lint     style, types, templates, and the direction of imports"
	@echo "make bench    the timed comparisons, as ratios"
	@echo "make install  only set up .venv"

install: .venv/.base
install-dev: .venv/.dev

.venv/.base: requirements/base.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

.venv/.dev: requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ .venv/.base

demo: install
	@$(MANAGE) demo
	@exec $(MANAGE) serve --port $(PORT)

serve: install
	@exec $(MANAGE) serve --port $(PORT)

test: test-sqlite test-postgresql

test-sqlite: install-dev
	ENGINE=sqlite $(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/browser
	ENGINE=sqlite $(BIN)/python -m pytest tests/browser

test-postgresql: install-dev
	ENGINE=postgresql $(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/browser
	ENGINE=postgresql $(BIN)/python -m pytest tests/browser

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

format: install-dev
	$(BIN)/ruff check --fix .

bench: install-dev
	$(BIN)/python -m bench

requirements:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/base.in -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis
