# Collab's commands; `make help` lists them. The first one on a fresh machine installs what it needs.
.DEFAULT_GOAL := help
.PHONY: help run test lint fix sure soak bench pictures pins browser servers
.NOTPARALLEL:

PY := .venv/bin/python
# Every core, and one process more: many tests wait, for a killed worker or a frozen database. Four at most, for every
# process may bring a database and a broker of its own.
PROCESSES := $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 3 ] && echo $$((n + 1)) || echo 4)
TESTS := $(PY) -m pytest --numprocesses=$(PROCESSES) --dist=loadgroup
# What `make test` leaves out; `make sure` leaves out nothing.
WITHOUT := -m "not servers"
# What `make sure` does beside mypy, which uses one core: every process of the tests would compile them in a fresh clone.
BESIDE :=

##@ Every day
help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo

run: .venv/installed ## Start Collab on this machine (PORT=8000); Ctrl-C stops it, the data stays
	@exec $(PY) -m config.server

test: .venv/installed-dev browser ## Run the tests; wheels bring what they need (ARGS="tests/people -k away" for some)
	@[ -z '$(WITHOUT)' ] || echo "Without the tests marked servers (Redis, RabbitMQ, wrong clocks): make sure runs those, too."
	$(TESTS) $(WITHOUT) $(ARGS)

##@ Before a commit
sure: WITHOUT :=
sure: BESIDE := [ -d tests/__pycache__ ] || $(PY) -m pytest --collect-only -qq >/dev/null 2>&1 &
sure: lint servers test ## Exactly what CI runs: linters, and make test with the tests marked servers

lint: .venv/installed-dev ## Linters, types, and the order of the house
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	@$(BESIDE)
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry .
	.venv/bin/djlint collab --lint --quiet

fix: .venv/installed-dev ## Let the linters repair what they can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

##@ Now and then
soak: .venv/installed-dev servers browser ## Faults in their long form, for an hour (ARGS="-k kill" for some)
	$(PY) -m pytest tests/faults tests/races tests/model tests/workers tests/browser tests/contracts --soak $(ARGS)

bench: .venv/installed-dev browser ## Measure against the floors (ARGS="decide" for one)
	$(PY) -m tests.bench $(ARGS)

pictures: .venv/installed-dev browser ## Take the guide's pictures anew (ARGS="decide task" for some)
	$(PY) -m tests.parts.pictures $(ARGS)

pins: ## Write requirements*.txt anew from requirements*.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade requirements-dev.in -o requirements-dev.txt

browser: ## Install the browser and the Japanese font that the tests drive
	@scripts/install-browser

servers: ## Install Redis, RabbitMQ and libfaketime for the tests marked servers
	@scripts/install-servers

# The stamps below make a second start instant; they are older than the pins after a pull that changed these.
.venv/installed: requirements.txt
	@scripts/install requirements.txt
	@touch $@

.venv/installed-dev: requirements.txt requirements-dev.txt
	@scripts/install requirements.txt requirements-dev.txt
	@touch .venv/installed $@
