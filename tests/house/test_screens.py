"""The pictures of the README are there, light enough for a slow line, and each is made by `make screenshots`."""

import re
from types import SimpleNamespace

from config.launch.places import ROOT
from tests.screenshots import HEAVIEST, screens

FOLDER = ROOT / "docs" / "screens"


def names():
    """Give the names of the pictures that the script takes."""
    case = SimpleNamespace(case=SimpleNamespace(reference="264831920576"))
    return {screen.name for screen in screens(SimpleNamespace(shown=case, answered=case, code="", link="/b/x/"))}


def test_every_picture_that_the_readme_shows_is_taken_by_the_script():
    shown = set(re.findall(r"docs/screens/([\w-]+)\.png", (ROOT / "README.md").read_text()))

    assert shown <= names()


def test_the_folder_holds_those_pictures_and_none_is_heavy():
    kept = {file.stem: file.stat().st_size for file in FOLDER.iterdir()}

    assert set(kept) == names()
    assert {name: size for name, size in kept.items() if size > HEAVIEST} == {}
