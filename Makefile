# Collab's commands; `make help` lists them. The first one on a fresh machine installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test lint fix sure bench pins browser
.NOTPARALLEL:

PY := .venv/bin/python
# Both cores, a few more if there are; every process may bring a database and a broker of its own.
TESTS := $(PY) -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadgroup

##@ Every day
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

run: .venv/installed ## Start Collab on this machine (PORT=8000); Ctrl-C stops it, the data stays
	@exec $(PY) -m config.server

test: .venv/installed-dev browser ## Run every test (ARGS="tests/people -k away" for some)
	$(TESTS) $(ARGS)

##@ Before a commit
sure: lint test ## Exactly what CI runs

lint: .venv/installed-dev ## Linters, types, and the order of the house
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry .
	.venv/bin/djlint collab --lint --quiet

fix: .venv/installed-dev ## Let the linters repair what they can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

##@ Now and then
bench: .venv/installed-dev browser ## Measure against the floors (ARGS="decide" for one)
	$(PY) -m tests.bench $(ARGS)

pins: ## Write requirements*.txt anew from requirements*.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade requirements-dev.in -o requirements-dev.txt

browser: ## Install the browser and the Japanese font that the tests drive
	@scripts/install-browser

# The stamps below make a second start instant; they are older than the pins after a pull that changed these.
.venv/installed: requirements.txt
	@scripts/install requirements.txt
	@touch $@

.venv/installed-dev: requirements.txt requirements-dev.txt
	@scripts/install requirements.txt requirements-dev.txt
	@touch .venv/installed $@
