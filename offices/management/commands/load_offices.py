"""Loads a region's offices, departments and outside bodies, and the queues and the calendar that go with them."""

from functools import partial

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from offices import loading
from offices.rows import BadFile


class Command(BaseCommand):
    help = "Load offices, departments and outside bodies from CSV files: all of them, or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", help="offices: " + ",".join(loading.OFFICE_COLUMNS))
        parser.add_argument("--departments", default=loading.DEPARTMENTS, help="default: %(default)s")
        parser.add_argument("--bodies", default=loading.BODIES, help="default: %(default)s")

    def handle(self, *, file, departments, bodies, **options):
        try:
            counts = loading.load(file, departments, bodies, progress=partial(tqdm, unit=" batches"))
        except BadFile as bad:
            raise CommandError(str(bad)) from bad
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))
