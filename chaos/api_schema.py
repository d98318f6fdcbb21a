"""The API's schema against a running service, for as long as one likes: schemathesis with all that it can think of.

    .venv/bin/python -m chaos.api_schema http://127.0.0.1:8000 200      (beside `make run`: 200 cases for each; the suite asks a few)

Nothing may be a 500, and no answer other than the schema says. Ends with 1 where something is.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# As in tests/channels_in/test_api_schema.py, where each exception has its reason.
CONFIG = """
[generation]
allow-extra-parameters = false

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "429"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "429"]
"""


def main(site: str, cases: str) -> int:
    """Ask every operation so many cases, with the demonstration's key."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text(CONFIG)
        told = ["--config-file", str(settings), "run", f"{site}/api/v1/schema/", "--url", site, "-n", cases]
        asked = ["-H", "Authorization: Bearer demo", "--phases", "examples,fuzzing", "--mode", "all"]
        return subprocess.call([Path(sys.executable).with_name("schemathesis"), *told, *asked])


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or ["http://127.0.0.1:8000", "100"])))
