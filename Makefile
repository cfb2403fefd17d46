# Everything that people and CI do here. Needs only make and a Python >= 3.12; no activated venv.

VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
PORT ?= 8000

# `make install REQUIREMENTS=production` leaves out what only developers need; `tracing` is that with
# OpenTelemetry, `datadog` that with ddtrace.
# What is installed stays, unless another is named.
REQUIREMENTS ?= $(or $(firstword $(patsubst $(VENV)/.installed-%,%,$(wildcard $(VENV)/.installed-*))),development)
STAMP := $(VENV)/.installed-$(REQUIREMENTS)
PIN := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml
EXPLORER := project/static/explorer/vendor/.installed

LABELS := $(patsubst domain/%/apps.py,%,$(wildcard domain/*/apps.py))
# Empty values win over a .env file.
SQLITE := env DATABASE_URL= DB_ENGINE= REDIS_URL=
# What is said of the code is said under these settings, whatever the environment names.
DEVELOPMENT := $(SQLITE) DJANGO_SETTINGS_MODULE=project.settings.development
STORES := env DB_ENGINE= \
	DATABASE_URL="$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/drillbook}" \
	REDIS_URL="$${TEST_REDIS_URL:-redis://127.0.0.1:6379/1}"
# Values of the right form for `check --deploy`; they open nothing.
PRODUCTION := env DJANGO_SETTINGS_MODULE=project.settings.production DEBUG= JWT_SECRET_KEYS= \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	JWT_SECRET_KEY=only-for-make-check-9876543210-abcdefg \
	FIELD_ENCRYPTION_KEYS=only-for-make-check-1357924680-abcdefg \
	ALLOWED_HOSTS=drillbook.example DATABASE_URL=sqlite:///var/unused.sqlite3

# What the target is for, unless the environment or .env name others: project/env_file.py reads both.
settings = DRILLBOOK_FALLBACK_SETTINGS=project.settings.$(1)

.DEFAULT_GOAL := help
ifndef TOGETHER
.NOTPARALLEL:
endif
.PHONY: help install run worker beat serve serve-streams collect check-production port demo explorer \
	test test-postgresql stores lint format type-check \
	imports migrations-current deploy-check schema-current quality check verify migrate \
	makemigrations seed check-db backup restore requirements schema bench load crash topology \
	observing recovery hostile image shell developing pre-commit clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Running ------------------------------------------------------------------------------------
install: $(STAMP) ## build .venv from the hashed requirements, if they changed

$(STAMP): project/requirements/$(REQUIREMENTS).txt
	@$(PY) -c '' 2>/dev/null || $(MAKE) --no-print-directory $(VENV)
	@echo "Installing $< into $(VENV) (about a minute the first time) …"
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# PYTHON=/path/to/python3.13 chooses; otherwise 3.13, then any other that is new enough.
.PHONY: $(VENV)
$(VENV):
	@for python in "$$PYTHON" python3.13 python3.12 python3.14 python3 \
	    "$$HOME"/.pyenv/versions/3.1[3-9]*/bin/python "$$HOME"/.pyenv/versions/3.12*/bin/python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
	  if "$$python" -c 'import ensurepip' 2>/dev/null; then \
	    echo "Creating $(VENV) with $$("$$python" --version) …"; \
	    exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	  lacking="$$python"; \
	done; \
	if [ -n "$$lacking" ]; then \
	  echo "$$lacking cannot make virtual environments: it lacks the module ensurepip."; \
	  echo "On Debian and Ubuntu: apt install python3-venv (or python3.13-venv, as its version is)."; \
	else \
	  echo "Drillbook needs Python 3.12 or later, and there is none on this PATH."; \
	  echo "python3 is: $$(python3 --version 2>&1 || echo absent)"; \
	  echo "Install one from python.org, your system's packages or \`pyenv install 3.13\`,"; \
	  echo "or say where it is: make PYTHON=/path/to/python3.13 …"; \
	fi >&2; \
	exit 1

run: install port explorer migrate demo ## serve on 127.0.0.1, PORT=8000, with a demo account
	@echo
	@echo "  API and explorer  http://127.0.0.1:$(PORT)/graphql"
	@echo "  Admin             http://127.0.0.1:$(PORT)/admin/"
	@echo "  Health            http://127.0.0.1:$(PORT)/health/ready"
	@echo "  Demo account      demo@drillbook.example   password practice-daily"
	@echo "  Admin account     admin@drillbook.example  password practice-daily"
	@echo
	@exec $(MANAGE) runserver 127.0.0.1:$(PORT)

worker: install ## do background work, which waits in Redis where REDIS_URL is set
	@$(call settings,development) \
	  $(PY) -m celery --app project.celery worker --loglevel INFO

beat: install ## have the worker do what is due by the clock: lost jobs, what is over; one process
	@$(call settings,development) \
	  $(PY) -m celery --app project.celery beat --loglevel INFO --schedule var/beat

serve: install ## serve in production: everything but streams, on PROD_HOST:PROD_PORT
	@exec env $(call settings,production) \
	  $(MANAGE) serve web

serve-streams: install ## serve in production: what accepts text/event-stream, on STREAM_PORT
	@exec env $(call settings,production) \
	  $(MANAGE) serve streams

collect: install ## collect static files for production, compressed, with names by content
	@$(call settings,production) \
	  $(MANAGE) collectstatic --no-input --verbosity 0

check-production: install ## say whether this server may be opened to the public; ARGS=--json
	@$(call settings,production) \
	  $(MANAGE) check_production $(ARGS)

port: install ## fail if PORT is taken
	@$(PY) -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)"))).close()' 2>/dev/null \
	  || { echo "Port $(PORT) is taken. Choose another: make run PORT=8001" >&2; exit 1; }

demo: migrate ## create the demo account, unless there is one
	@$(MANAGE) create_fake_data --demo --admin --no-input || echo "There is no demo account here."

explorer: ## fetch the browser files of the explorer and the admin with npm, if there is npm
	@if ! [ -f project/explorer/package.json ]; then echo "There is no explorer to install."; \
	elif ! command -v npm >/dev/null; then echo "No npm: explorer and admin load files from a CDN."; \
	else $(MAKE) --silent --no-print-directory $(EXPLORER) \
	  || echo "npm failed: explorer and admin load files from a CDN."; fi

$(EXPLORER): $(addprefix project/explorer/,package-lock.json assets.json install.mjs)
	@cd project/explorer && npm ci --silent --no-progress && npm run --silent vendor
	@touch $@

requirements: ## pin the dependencies of pyproject.toml anew, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: pipx install uv" >&2; exit 1; }
	$(PIN) -o project/requirements/production.txt
	$(PIN) --group dev -c project/requirements/production.txt -o project/requirements/development.txt
	for extra in datadog tracing; do $(PIN) --extra $$extra \
	  -c project/requirements/production.txt -o project/requirements/$$extra.txt || exit 1; done

migrate: install ## bring the database up to date
	@$(MANAGE) migrate --no-input --verbosity 0

makemigrations: install ## write migrations for changed models
	$(MANAGE) makemigrations $(LABELS)

seed: migrate ## create 10 invented people, or ARGS="--users 100 --admin"
	$(MANAGE) create_fake_data $(or $(ARGS),--users 10)

check-db: install ## say whether the database can be used, ARGS="--wait 30 --json"
	@$(MANAGE) check_database $(ARGS)

backup: install ## copy the whole database into FILE=…, with what is in it beside
	@$(MANAGE) backup_database "$(or $(FILE),var/drillbook-$(shell date -u +%Y-%m-%dT%H%M%SZ).backup)"

restore: install ## fill the empty database from FILE=…, and compare
	@[ -n "$(FILE)" ] || { echo "Which backup? make restore FILE=…" >&2; exit 1; }
	@$(MANAGE) restore_database "$(FILE)"

shell: install ## Python with the models loaded
	@$(MANAGE) shell

# Another clone, since one environment has one list of packages.
developing: ## fail unless the packages of developers are wanted
	@[ "$(REQUIREMENTS)" = development ] \
	  || { echo "This needs the development packages, and REQUIREMENTS is $(REQUIREMENTS)." >&2; \
	       echo "Use another clone of the repository, without REQUIREMENTS." >&2; exit 1; }

# --- Testing ------------------------------------------------------------------------------------
test: developing install explorer ## all tests with coverage on SQLite, then on PostgreSQL and Redis; ARGS="-k tags"
	@echo "== SQLite, in-process cache"
	@$(SQLITE) $(PY) -m pytest -n auto --maxprocesses 8 $(if $(ARGS),,--cov --cov-report=term) $(ARGS)
	@$(MAKE) --no-print-directory test-postgresql

test-postgresql: developing install ## all tests on PostgreSQL and Redis; CI=true fails without them
	@if reason=$$($(MAKE) --no-print-directory stores 2>&1); then \
	  echo "== PostgreSQL, Redis"; \
	  $(STORES) $(PY) -m pytest -n auto --maxprocesses 8 -m "not once" $(ARGS); \
	else \
	  echo "************************************************************************"; \
	  echo "*  NOT TESTED ON POSTGRESQL AND REDIS"; \
	  echo "$$reason" | grep -v '^make' | sed 's/^/*  /'; \
	  echo "*  TEST_DATABASE_URL and TEST_REDIS_URL say where they are."; \
	  echo "************************************************************************"; \
	  [ "$$CI" != true ]; \
	fi

# The test database is created and migrated by the tests: only the server has to be there.
stores: install ## fail unless PostgreSQL and Redis answer the tests
	@found=$$($(STORES) DJANGO_SETTINGS_MODULE=project.settings.testing \
	  $(MANAGE) check_database 2>&1) || case $$? in 6|7) ;; *) echo "$$found"; exit 1;; esac
	@$(STORES) $(PY) -c 'import os, redis; redis.from_url(os.environ["REDIS_URL"], \
	  socket_connect_timeout=2, socket_timeout=2).ping()' 2>/dev/null \
	  || { echo "Redis does not answer."; exit 1; }

bench: developing install ## measure the API against its rivals
	$(PY) -m tests.bench $(ARGS)

load: developing install ## 10 seconds of load by wrk on the server that `make run` started
	@$(PY) -m tests.load --url http://127.0.0.1:$(PORT) $(ARGS)

crash: developing install ## kill workers, Redis and PostgreSQL in the middle of large imports; 20 minutes
	@$(PY) -m tests.crash $(ARGS)

topology: developing install ## two web servers, a copy, a pooler and more, under load, with faults; 10 minutes
	@$(PY) -m tests.topology $(ARGS)

observing: developing install ## a real Prometheus with the alarms and the dashboard of compose.yaml; two minutes
	@$(PY) -m tests.observing

recovery: developing install ## empty a table, lose a disk, recover from the archive; a minute
	@$(PY) -m tests.recovery

hostile: developing install ## send hostile files to a server that runs; a minute
	@$(PY) -m tests.crash.hostile $(ARGS)

image: developing install ## build compose.yaml's image by docker or podman, and run it as is said there; 5 minutes
	@$(PY) -m tests.image

# --- Checking -----------------------------------------------------------------------------------
format: developing install ## lay the code out
	@$(PY) -m ruff check --fix-only --quiet
	@$(PY) -m ruff format

lint: developing install ## ruff: rules and layout
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

type-check: developing install ## mypy
	@$(PY) -m mypy

imports: developing install ## import-linter: who may import whom
	@$(VENV)/bin/lint-imports

migrations-current: install ## every model change has its migration
	@$(DEVELOPMENT) $(MANAGE) makemigrations --check --dry-run $(LABELS)

deploy-check: install ## Django's own checks on the production settings
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

schema: install ## write schema/schema.graphql
	@$(DEVELOPMENT) $(MANAGE) export_schema schema.root:schema --path schema/schema.graphql

schema-current: install ## schema/schema.graphql is what the code says
	@$(DEVELOPMENT) $(MANAGE) export_schema schema.root:schema --path var/schema.graphql
	@diff -u schema/schema.graphql var/schema.graphql || { echo "Run make schema." >&2; exit 1; }

quality: install ## all checks, two at a time
	@$(MAKE) --no-print-directory --output-sync --jobs 2 TOGETHER=1 \
	  type-check lint imports migrations-current deploy-check schema-current

check: quality ## the same

verify: check test ## checks and tests

pre-commit: developing install ## the hooks of .pre-commit-config.yaml on every file
	@$(PY) -m pre_commit run --all-files

clean: ## remove the environment, caches and generated files; keep the databases in var/
	rm -rf $(VENV) .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
	  .ruff_cache project/explorer/node_modules project/static/explorer/vendor var/static \
	  var/schema.graphql
	find domain project schema tests -name __pycache__ -prune -exec rm -rf {} +
