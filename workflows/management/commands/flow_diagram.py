"""Draws the flow page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from workflows.desk import diagram


class Command(BaseCommand):
    help = "Draw the flow as it stands in the code: as a picture, as BPMN 2.0 for other tools, or both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--svg", type=Path, metavar="FILE", help="write the picture here")
        parser.add_argument("--bpmn", type=Path, metavar="FILE", help="write BPMN 2.0 here")
        parser.add_argument("--language", default="en", help="sw or en; default: %(default)s")

    def handle(self, *, svg: Path | None, bpmn: Path | None, language: str, **options: Any) -> None:
        with translation.override(language):
            for file, draw in ((svg, diagram.svg), (bpmn, diagram.bpmn)):
                if file is not None:
                    file.write_text(draw() + "\n", encoding="utf-8")
                    self.stdout.write(str(file))
