"""The product served as in production: by Granian, with its own secrets, collected, named and compressed static files."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from config.launch.places import ROOT, free_port
from config.launch.processes import Family
from config.launch.run import start_web

SECRET_KEY = "a key of its own for the tests, longer than fifty characters: 0123456789"
# Large, and no page of ours asks for it.
LEFT_OUT = ["admin", "rest_framework", "import_export", "ext"]


def database_url() -> str:
    """Give the address of the database in which the test stands."""
    named = connection.settings_dict
    who = f"{quote(named['USER'])}:{quote(named['PASSWORD'] or '')}"
    return f"postgresql://{who}@{named['HOST']}:{named['PORT']}/{named['NAME']}"


def environment(folder: Path) -> dict[str, str]:
    """Give production's settings over the test's database; TLS and second factors are the proxy's and the person's."""
    return {
        **os.environ, "MALALAMIKO_ENV": "production", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": database_url(),
        "ALLOWED_HOSTS": "127.0.0.1", "PUBLIC_URL": "https://malalamiko.example", "SMS_SENDER": "kannel",
        "KANNEL_PASSWORD": "throw-away", "KANNEL_SEND_PASSWORD": "throw-away", "STATIC_ROOT": str(folder / "static"),
        "SECURE_SSL_REDIRECT": "0", "SECOND_FACTOR_REQUIRED": "0", "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the test's database from a folder of its own, and give the address; sign in under `SECRET_KEY`."""
    named = environment(folder)
    ignored = [word for each in LEFT_OUT for word in ("-i", each)]
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", *ignored]
    subprocess.run(collect, env=named, cwd=ROOT, check=True)
    with Family() as family:
        port = free_port()
        start_web(family, named, port, log=folder / "web.log")
        yield f"http://127.0.0.1:{port}"
