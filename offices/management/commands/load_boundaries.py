"""Loads the boundaries of wards (or other offices) out of a GeoJSON file; from then on a phone's position fills in the ward."""

from django.core.management.base import BaseCommand, CommandError

from offices import boundaries
from offices.models import Level
from offices.rows import BadFile

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Load boundaries from GeoJSON (WGS 84): all that fit an office, or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--level",
            default=Level.WARD.value,
            choices=Level.values,
            help="of offices found by name; default: %(default)s",
        )
        parser.add_argument(
            "--code", default="code", help="the property that holds an office's code; default: %(default)s"
        )
        parser.add_argument("--name", default="name", help="the property that holds its name; default: %(default)s")
        parser.add_argument("--within", default="", help="the property that names an office above it")

    def handle(self, *, file, level, code, name, within, **options):
        try:
            loaded = boundaries.load(file, level=level, code=code, name=name, within=within)
        except BadFile as bad:
            raise CommandError(str(bad)) from bad
        self.stdout.write(f"{loaded.offices} offices have a boundary")
        for stranger in loaded.strangers[:MOST_SHOWN]:
            self.stdout.write(f"  no office for: {stranger}")
        if len(loaded.strangers) > MOST_SHOWN:
            self.stdout.write(f"  and for {len(loaded.strangers) - MOST_SHOWN} more")
