# Each target sets up what it needs by itself: a clean clone, Linux and Python 3.11 to 3.14 are enough.
#
#   make run      everything on this machine, in the foreground        PORT=8000  HOST=127.0.0.1
#   make test     all tests                                            ARGS="tests/offices -x"
#   make check    format, lint, types, imports, migrations, deployment settings
#   make demo     one complaint per channel, from first word to closure, then verified
#   make screenshots    each role's main screens, into docs/screens/
#   make kannel   SMS by a real Kannel from the phones of this terminal; beside SMS_SENDER=kannel make run
#   make bench    how fast, against raw SQL                            ONLY=lodge  FULL=1
#   make with-servers CMD="..."    one command with a database and a Redis of its own
#   make assets    the CSS, from assets/ (this alone needs Node; the result is committed)
#   make format   what `make check` would complain about, mended where a machine can
#   make pins     new pins from requirements*.in

PYTHON ?= python3
VENV := .venv/bin/python
LAUNCH := $(VENV) -m config.launch
.PHONY: run test check demo screenshots kannel bench with-servers assets format pins environment dev-environment
.DEFAULT_GOAL := run

run: environment
	@exec $(LAUNCH) --with-parent run

test: dev-environment
	@exec $(LAUNCH) --with-parent test -- $(ARGS)

demo: environment
	@exec $(LAUNCH) --with-parent demo -- $(VENV) -m config.demo

screenshots: dev-environment
	@exec $(LAUNCH) --with-parent demo -- $(VENV) -m tests.screenshots $(ARGS)

kannel: environment
	@exec $(LAUNCH) --with-parent kannel

bench: dev-environment
	@exec $(LAUNCH) --with-parent bench -- $(VENV) -m benchmarks.run $(ARGS)

with-servers: dev-environment
	@exec $(LAUNCH) --with-parent exec -- $(CMD)

check: dev-environment
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy
	$(VENV) -c "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
	$(LAUNCH) exec -- $(VENV) manage.py makemigrations --check --dry-run
	MALALAMIKO_ENV=production SECRET_KEY=$$(head -c 64 /dev/urandom | sha512sum | cut -c1-100) \
	  DATABASE_URL=postgresql://127.0.0.1/none ALLOWED_HOSTS=malalamiko.example PUBLIC_URL=https://malalamiko.example \
	  SMS_SENDER=kannel KANNEL_PASSWORD=throw-away KANNEL_SEND_PASSWORD=throw-away \
	  $(VENV) manage.py check --deploy --fail-level WARNING

assets:
	sh assets/build.sh

format: dev-environment
	$(VENV) -m ruff format .
	$(VENV) -m ruff check --fix .

# --no-emit: a lock names packages and hashes, never the mirror that somebody happened to use.
pins: dev-environment
	for name in requirements-uv requirements requirements-train requirements-dev; do \
	  .venv/bin/uv pip compile --quiet --upgrade --system-certs --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" $$name.in -o $$name.txt || exit 1; \
	done

environment:
	@$(PYTHON) config/launch/environment.py run

dev-environment:
	@$(PYTHON) config/launch/environment.py dev
