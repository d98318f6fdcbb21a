"""Every page of the staff at every width in both languages: what axe finds (WCAG 2.2 AA), and whether it scrolls sideways.

make with-servers CMD=".venv/bin/python -m chaos.looks"      (some minutes; the suite looks at one width in Swahili)
"""

from __future__ import annotations

import os
import sys
from typing import Any

LANGUAGES = ["sw", "en"]
SIZES = [(320, 640), (360, 740), (1280, 900)]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def faults_of(page: Any, sizes: list[tuple[int, int]] = SIZES) -> list[str]:
    """Give what is wrong with the page that is open, at each of these sizes; it is made wider, and not asked for again."""
    from axe_playwright_python.sync_playwright import Axe

    faults, axe = [], Axe()
    page.evaluate(axe.axe_script)
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"wider than {width}")
        violations = page.evaluate("rules => axe.run(rules).then(found => found.violations)", RULES)
        faults += [f"{width} {each['id']} {[node['html'][:160] for node in each['nodes'][:3]]}" for each in violations]
    return faults


def main() -> int:
    """Look at everything, and say what was found."""
    import pytest

    os.environ["LOOKS"] = "all"
    return int(pytest.main(["tests/house/test_looks.py", "-q", *sys.argv[1:]]))


if __name__ == "__main__":
    raise SystemExit(main())
