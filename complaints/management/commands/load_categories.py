"""Loads the categories of complaints."""

from django.core.management.base import BaseCommand, CommandError

from complaints import loading
from offices.rows import BadFile


class Command(BaseCommand):
    help = "Load the categories of complaints from a CSV file: all of them, or nothing. Load the offices first."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", default=loading.CATEGORIES, help="default: %(default)s")

    def handle(self, *, file, **options):
        try:
            count = loading.load(file)
        except BadFile as bad:
            raise CommandError(str(bad)) from bad
        self.stdout.write(f"{count} categories")
