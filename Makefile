# make demo | test | test-peers | bench | lint | docs ... ; everything installs what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PEERS := .venv-peers
# On Linux the newest torch of the registry brings gigabytes of CUDA along; this version is enough for the tests.
TORCH ?= torch==2.13.0

.PHONY: demo test test-engines test-peers bench lint format doctor clean

$(VENV)/.base: pyproject.toml datasets/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	$(PIP) install -e ".[plot]" ./datasets
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(PIP) install "$(TORCH)"
	$(PIP) install --group dev
	touch $@

$(PEERS)/.done: tools/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r tools/peers.txt
	touch $@

demo: $(VENV)/.base  ## train a first model on the embedded sample of Fashion-MNIST
	$(BIN)/unikeras demo

doctor: $(VENV)/.base  ## versions, engines, devices, caches, a self-check
	$(BIN)/unikeras doctor

# What has no engine of its own to test runs once, on the default engine; the rest on each.
ENGINE_TESTS := tests/core tests/ops tests/activations tests/initializers tests/regularizers tests/constraints \
	tests/losses tests/metrics tests/optimizers tests/layers tests/golden tests/training

test: lint test-engines  ## the everyday tests, on every engine
	$(BIN)/python -m pytest -n 2

test-engines: $(VENV)/.dev
	KERAS_BACKEND=numpy $(BIN)/python -m pytest -n 2 -q $(ENGINE_TESTS)
	KERAS_BACKEND=torch $(BIN)/python -m pytest -n 2 -q $(ENGINE_TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test-peers: $(VENV)/.dev $(PEERS)/.done  ## live comparisons with TensorFlow, tf_keras and Keras 3
	UNIKERAS_PEERS_PYTHON=$(abspath $(PEERS)/bin/python) $(BIN)/python -m pytest tests/peers -m peers

bench: $(VENV)/.dev $(PEERS)/.done  ## the benchmarks against the peers, as a table
	UNIKERAS_PEERS_PYTHON=$(abspath $(PEERS)/bin/python) $(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) $(PEERS) demo-output
