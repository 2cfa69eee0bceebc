# GridDesk. `make` prints this help.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
PY := $(VENV)/bin/python
SIZE ?= 11k
export PYTHONPATH := $(CURDIR)

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/.installed: requirements.txt
	@echo "Making the environment in $(VENV) (once; a few minutes on a slow line)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt $(VENV)/.installed
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.installed ## Serve the app with reference data and the demo story (PORT, DATABASE_URL)
	@GRIDDESK_DEMO=$${GRIDDESK_DEMO:-1} $(PY) -m db setup
	@echo "GridDesk: http://localhost:$(PORT)"
	@GRIDDESK_DEMO=$${GRIDDESK_DEMO:-1} exec $(PY) -m streamlit run streamlit_app.py --server.port $(PORT)

serve: $(VENV)/.installed ## Serve without demo data; make accounts with `python -m db user add`
	@GRIDDESK_DEMO=0 $(PY) -m db setup
	@GRIDDESK_DEMO=0 exec $(PY) -m streamlit run streamlit_app.py --server.port $(PORT)

test: $(VENV)/.installed-dev ## Run every test: rules, both databases, pages, browser
	@$(PY) -m pytest -n 2 --dist loadgroup

check: $(VENV)/.installed-dev ## Lint, format, types, layers, generated documents, translations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports
	@$(PY) -m docs.generate --check
	@$(PY) -m components.messages --check

docs: $(VENV)/.installed-dev ## Write the generated documents
	@$(PY) -m docs.generate

messages: $(VENV)/.installed-dev ## Extract the sentences to translate into the catalogue
	@$(PY) -m components.messages

bench: $(VENV)/.installed-dev ## Measure pages, queries and moves (SIZE=11k|110k|1m, DB=sqlite|postgresql)
	@$(PY) -m bench $(SIZE) --db $${DB:-sqlite}

clean: ## Remove the environment; data in var/ stay
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help run serve test check docs messages bench clean
