"""Say how well complaints are understood, against a sheet in which a person has said what is right."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from channels_in.evaluation import NotASheet, called, measure, rows_of
from channels_in.matching import find_category, find_place
from complaints.learned import learned
from complaints.subjects import why


class Command(BaseCommand):
    """`manage.py evaluate FILE`: accuracy of subject and place, and what was taken for what."""

    help = "Print how often subject and place are read rightly, from a CSV file with the columns text, category, place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet, and whether each wrong reading is to be explained."""
        parser.add_argument("file")
        parser.add_argument(
            "--explain", action="store_true", help="print each text that is read otherwise, and the words"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, measure, print."""
        try:
            rows = rows_of(options["file"])
        except NotASheet as error:
            raise CommandError(str(error)) from error
        subjects, places = measure(rows)
        self.stdout.write(f"learned {learned().version}")
        self.stdout.write(f"subjects {subjects}")
        self.stdout.write(f"places   {places}")
        self.stdout.write("\n".join(["", "right one in the rows, read as in the columns", *subjects.confusions()]))
        if options["explain"]:
            self.explain(rows)

    def explain(self, rows: list[dict[str, str]]) -> None:
        """Print the texts that were read otherwise, with what spoke for the reading."""
        for row in rows:
            category, sure = find_category(row["text"])
            place, here = find_place(row["text"])
            subject, there = row["category"].strip(), row["place"].strip()
            read, where = called(category, subject), called(place, there)
            if (subject and read != subject) or (there and where != there):
                words = ", ".join(why(row["text"], category)) if category else ""
                self.stdout.write(f"{subject}>{read} {sure} ({words})  {there}>{where} {here}  {row['text']}")
