# Platerec. `make help` lists the targets; each says what it does when it runs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PY := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/build/bin:$(PATH)
export PLATEREC_REFERENCE_DATA ?= $(abspath $(CURDIR)/../shared/data)

LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: ## Install the pinned Python packages into .venv
	@e2e/setup.sh

.PHONY: demo
demo: ## Cluster, store, operator and a recognizer; read the plates of PICTURE and save the annotated picture
	@PICTURE="$(PICTURE)" e2e/demo.sh

.PHONY: clean-demo
clean-demo: ## Delete the demo's cluster
	@CLUSTER_NAME=platerec-demo e2e/cluster/down.sh

.PHONY: test
test: ## All tests, end to end in a kind cluster included
	@e2e/test.sh

.PHONY: swap-proof
swap-proof: ## Swaps under full load in a kind cluster, an hour or more: build/swap-proof.json and .png; SHORT=1 takes minutes
	@e2e/bench.sh proof swap_proof $(if $(SHORT),--short,--full)

.PHONY: soak
soak: ## Faults one after the other under load in a kind cluster, for MINUTES=20: build/soak.json
	@e2e/bench.sh soak soak --minutes $(or $(MINUTES),20) $(if $(SEED),--seed $(SEED)) $(if $(FAULT),--only "$(FAULT)")

.PHONY: check
check: setup ## Lint, types and import rules
	@ruff check --quiet . && ruff format --check --quiet .
	@mypy
	@lint-imports --no-cache

.PHONY: unit
unit: setup ## The tests that need no cluster, container or network
	@$(PY) -m pytest -m "not cluster and not triton and not e2e" operator model_store conversion charts docs e2e/bench

.PHONY: eval
eval: setup ## How well the project's weights (or those in WEIGHTS=) read the plate of a video: VIDEO=clip.mp4 EXPECT=A123BC77; the last line is JSON
	@platerec-eval --video "$(VIDEO)" --expect "$(EXPECT)" $(if $(WEIGHTS),--weights "$(WEIGHTS)") --json

.PHONY: format
format: setup ## Format the code and mend what ruff can mend
	@ruff check --fix --quiet . ; ruff format --quiet .

.PHONY: golden
golden: setup ## Rewrite the golden files from what is rendered now
	@$(PY) -m pytest --quiet --update-golden operator/platerec_operator/tests/render charts/tests

.PHONY: cluster
cluster: ## A kind cluster named platerec; its kubeconfig in build/kubeconfig (KIND_NODE_IMAGE= uses a published node image)
	@e2e/cluster/up.sh

.PHONY: clean-cluster
clean-cluster: ## Delete the cluster that `make cluster` made
	@e2e/cluster/down.sh

.PHONY: images
images: ## Build the images platerec, platerec-triton-cpu and platerec-store
	@e2e/images/build.sh

.PHONY: e2e-gpu
e2e-gpu: ## The end-to-end tests with real GPUs; says what is missing on a host without them
	@e2e/cluster/check-gpu-host.sh
	@GPU=1 e2e/test.sh

.PHONY: docs
docs: setup ## Build the documentation into site/
	@$(PY) docs/generate.py && mkdocs build --quiet --strict

.PHONY: lock
lock: setup ## Write the requirement files anew from pyproject.toml
	@$(LOCK) --all-extras pyproject.toml --output-file requirements/dev.txt
	@$(LOCK) --extra operator --extra agent pyproject.toml --output-file requirements/image.txt
	@$(LOCK) requirements/wheel.in --output-file requirements/wheel.txt
	@$(LOCK) requirements/uv.in --output-file requirements/uv.txt
	@$(LOCK) e2e/store/requirements.in --output-file e2e/store/requirements.txt
	@$(LOCK:--universal=--python-platform x86_64-manylinux_2_35) --no-deps model_store/triton/requirements.in \
		--output-file model_store/triton/requirements.txt
