# Every target sets up what it needs: a fresh clone, Python 3.11 and make are enough.
#   install · serve · test · durability · check · generate · bench · new-check ID=purpose.example · lock · image · supply-chain · audit

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CODE := $(wildcard app tests bench tools migrations)
# More than there are cores: many tests wait for a database or for a service that they started.
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help install serve test durability check generate bench new-check lock image supply-chain audit

help:
	@sed -n '2s/^# *//p' Makefile

install: $(STAMP)

$(STAMP): requirements/dev.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

serve: install
	$(BIN)/goodoffices serve

test: install
	$(BIN)/python -m pytest --numprocesses $(WORKERS)

# Property by property: kills, power cuts, full disks, faults in every commit, for half an hour; prints the figures, and
# keeps them with machine and commit where FIGURES says.
FIGURES ?= tests/durability/figures.json
durability: install
	DURABILITY_DEEP=1 DURABILITY_FIGURES=$(FIGURES) $(BIN)/python -m pytest tests/durability -s --numprocesses 0

check: install
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(if $(wildcard tools/generate.py),$(BIN)/python tools/generate.py --check)

generate: install
	$(BIN)/python tools/generate.py

bench: install
	$(BIN)/python -m bench

new-check: install
	@test -n "$(ID)" || { echo "say which: make new-check ID=purpose.example" >&2; exit 2; }
	$(BIN)/goodoffices checks new $(ID)

# No index address may stand in a lock: whoever installs chooses where from. Set UV_SYSTEM_CERTS=1 behind an
# authority of your own.
LOCKED := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-config --quiet
lock:
	test -x $(BIN)/uv || { test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv $(LOCKED) --group dev --output-file requirements/dev.lock
	$(BIN)/uv $(LOCKED) --constraint requirements/dev.lock --output-file requirements/runtime.lock
	$(BIN)/uv $(subst pyproject.toml,--group supply-chain,$(LOCKED)) --output-file requirements/supply-chain.lock
	echo hatchling | $(BIN)/uv $(subst pyproject.toml,-,$(LOCKED)) --constraint requirements/dev.lock \
		--output-file requirements/build.lock

# The tools would change versions of what is tested, so they live apart. The bill of materials names the registry that
# packages come from, so it is made and not kept. `audit` fails where advisories are out of reach: it proves nothing then.
# Docker Compose itself says what it reads in compose.yaml, and that is what tools/composition.py reads and tests run.
SUPPLY := .venv-supply-chain/bin
PASSWORDS := GOODOFFICES_DATABASE_PASSWORD='on$$e' GOODOFFICES_APPLICATION_PASSWORD='tw$$o'
supply-chain: install $(SUPPLY)/.installed
	$(SUPPLY)/bandit --quiet --recursive --configfile pyproject.toml app migrations tools
	$(SUPPLY)/hadolint Dockerfile
	mkdir -p dist
	$(PASSWORDS) $(SUPPLY)/docker-compose --file compose.yaml config --format json --output dist/compose.json
	$(PASSWORDS) $(BIN)/python tools/composition.py dist/compose.json
	$(SUPPLY)/cyclonedx-py requirements requirements/runtime.lock --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-format JSON --output-file dist/goodoffices.cdx.json
	$(BIN)/python tools/bill.py dist/goodoffices.cdx.json

audit: $(SUPPLY)/.installed
	$(SUPPLY)/pip-audit --strict --require-hashes --disable-pip --requirement requirements/runtime.lock

$(SUPPLY)/.installed: requirements/supply-chain.lock
	test -x $(SUPPLY)/python || $(PYTHON) -m venv .venv-supply-chain
	$(SUPPLY)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

# Needs root, buildah and debootstrap, and no Docker. Another base: make image IMAGE="--base NAME --build-base NAME"
image: install
	$(BIN)/python tools/image.py $(IMAGE)
