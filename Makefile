# Two commands: make demo, make test. Each does the whole set-up itself where only
# Python 3.11, venv and make exist.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

# Dozens of processes import the package: compiled once, not by each of them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test slow lab bench lint setup clean

setup: $(VENV)/.setup-done

$(VENV)/.setup-done: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) not found; fix: apt-get install python3.11 python3.11-venv, or make PYTHON=python3"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than Python 3.11; fix: make PYTHON=python3.11"; exit 2; }
	@test -x $(BIN)/pip || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || { rm -rf $(VENV); echo "make: no virtual environment could be made; fix: apt-get install python3.11-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@

demo: setup
	$(BIN)/salesanalysis render --data demo --regions all --lang en,zh --jobs $(JOBS)

# In the order of tests/conftest.py, which begins the long files first.
test: setup
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not slow"

slow: setup
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m slow

lab: setup
	$(BIN)/salesanalysis lab

bench: setup
	$(BIN)/python -m benchmarks

lint: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,dev]"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) outputs/*
