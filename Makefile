# `make` lists what there is to do. Everything runs from .venv, which the first target that needs it creates.

PYTHON := .venv/bin/python
BOOTSTRAP := sh shared/local/bootstrap.sh
WORDS := $(CURDIR)/.venv/bin/pybabel --quiet
POT := .local/messages.pot
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

export PYTHONPATH := $(CURDIR)

SERVICES := identity talent checkin ledger rewards engagement

# Each process of the tests side by side has its own mongod and RabbitMQ; a file stays in one process, in its order. Those that time
# a whole house, or kill parts of it, have the machine alone.
SIDE_BY_SIDE := -n 3 --dist loadfile
ALONE := tests/journeys tests/faults

# Each of these fails when a generated page has drifted from the code it is generated from.
GENERATED := docs/build_events.py

.DEFAULT_GOAL := help
.PHONY: help run test lint bench faults million histories simulate verify-ledger reconcile docs words lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: ## install what is missing and run everything at http://localhost:8080 (GB_PORT=…), Ctrl-C stops it
	@$(BOOTSTRAP) run
	@exec $(PYTHON) -m shared.local run

test: ## lint, then every test against a real MongoDB and a real RabbitMQ
	@$(BOOTSTRAP) test
	@$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest -q $(SIDE_BY_SIDE) $(addprefix --ignore ,$(ALONE))
	$(PYTHON) -m pytest -q $(ALONE)

lint: ## ruff, mypy, import contracts, generated pages
	@$(BOOTSTRAP) test
	@$(MAKE) --no-print-directory check

.PHONY: check
check:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	for page in $(GENERATED); do $(PYTHON) $$page --check || exit 1; done

bench: ## measure what 'fast' and 'safe' mean here; writes bench.json
	@$(BOOTSTRAP) test
	$(PYTHON) -m tests.bench

faults: ## kill every process, the database and the broker under load, and check all laws
	@$(BOOTSTRAP) test
	$(PYTHON) -m pytest -q -s tests/faults --timeout 900

MILLION := 1000000 300
million: ## tell a million facts, shuffled, some twice, under 300 kills (MILLION='facts kills seed')
	@$(BOOTSTRAP) test
	$(PYTHON) -m tests.faults.million $(MILLION)

SEEDS := 1000000
histories: ## live through SEEDS=1000000 histories of the simulators of journal and saga, on all cores
	@$(BOOTSTRAP) test
	$(PYTHON) -m tests.histories $(SEEDS)

SIMULATE := grow
simulate: ## let 5,000 invented households live through two years (SIMULATE='compare --seeds 5': next steps beside chance)
	@$(BOOTSTRAP) test
	$(PYTHON) -m tests.simulation $(SIMULATE)

verify-ledger: ## check every law of the journal, of its sealed days and of the shelves of the running platform
	@$(PYTHON) -m shared.local exec services.ledger.worker verify-ledger
	@$(PYTHON) -m shared.local exec services.ledger.worker verify-seals
	@$(PYTHON) -m shared.local exec services.rewards.worker verify-stock

reconcile: ## publish again what a consumer of the running platform has no receipt for
	@for service in $(SERVICES); do $(PYTHON) -m shared.local exec services.$$service.worker reconcile || exit 1; done

docs: ## generate the pages that are made from code
	@$(BOOTSTRAP) test
	for page in $(GENERATED); do $(PYTHON) $$page || exit 1; done

words: ## find the words of the pages in the sources; then translate what is empty in messages.po, and again
	@$(BOOTSTRAP) test
	cd gateway && $(WORDS) extract -F translations/babel.cfg -k lazy_gettext --no-location --sort-output --omit-header -o ../$(POT) .
	$(WORDS) update -i $(POT) -d gateway/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120
	$(WORDS) compile -d gateway/translations

lock: ## resolve the requirements again and pin them with hashes
	@$(BOOTSTRAP) test
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group local -o requirements-local.lock
	$(COMPILE) pyproject.toml --extra dev --group local -c requirements.lock -o requirements-dev.lock

clean: ## forget .venv, caches and the local platform's data
	rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
