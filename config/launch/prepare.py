"""Migrates and loads the reference data; run as a child: `python -m config.launch.prepare`.

Every step may be repeated. A stamp beside the embedded database remembers what was loaded, so that a second start is quick.
"""

import hashlib
import os
import sys
from pathlib import Path

from config.launch.places import ROOT

OFFICES = "offices/data/offices-dar-es-salaam.csv"
CATEGORIES = "complaints/data/categories.csv"
# What decides the content of a prepared database: change one of these and it is prepared again.
INGREDIENTS = ("*/migrations/*.py", "*/data/*.csv", "*/management/commands/*.py", "*/*.sql", "*/sql/*", "offices/*.py")


def main(stamp: Path | None) -> None:
    """Prepares the database in DATABASE_URL, unless the stamp says that these very files did so before."""
    now = fingerprint()
    if stamp and stamp.exists() and stamp.read_text() == now:
        return
    prepare()
    if stamp:
        stamp.write_text(now)


def fingerprint() -> str:
    digest = hashlib.sha256(os.environ.get("MALALAMIKO_ENV", "demo").encode())
    for pattern in INGREDIENTS:
        for file in sorted(ROOT.glob(pattern)):
            digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def prepare() -> None:
    """One process for all the steps: starting Django five times would take longer than the steps."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_offices", str(ROOT / OFFICES))
    call_command("load_categories", str(ROOT / CATEGORIES))
    if settings.DEMO:
        call_command("demo_staff")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
