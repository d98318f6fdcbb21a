"""The command `verify_timeline`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from complaints.models import Complaint, Entry
from complaints.references import read_reference
from complaints.verify import faults


class Command(BaseCommand):
    """Verify the timelines, and name every row that does not fit; the exit code is 1 if there is one."""

    help = "Verify the timelines of all cases, or of one: any change, loss or addition is found, and its row named."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one reference."""
        parser.add_argument("--case", metavar="REF", default="", help="only this case, by its reference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, write a line for each fault, and count."""
        reference = known(options["case"]) if options["case"] else ""
        entries = Entry.objects.filter(complaint__reference=reference) if reference else Entry.objects.all()
        with tqdm(total=entries.count(), unit=" rows", disable=not options["verbosity"]) as bar:
            found = 0
            for fault in faults(reference, on_rows=bar.update):
                self.stdout.write(str(fault))
                found += 1
        if found:
            raise CommandError(f"{found} {'fault' if found == 1 else 'faults'} in {bar.total} rows")
        self.stdout.write(f"{bar.total} rows verified: nothing was changed")


def known(text: str) -> str:
    """Give the reference that is meant, of a case that there is."""
    reference = read_reference(text)
    if reference is None or not Complaint.objects.filter(reference=reference).exists():
        raise CommandError(f"There is no case {text}.")
    return reference
