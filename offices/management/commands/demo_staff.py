"""Staffs one whole line of offices, so that a demonstration has somebody at every desk."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from offices import demo

CATEGORIES = Path(settings.BASE_DIR) / "complaints" / "data" / "categories.csv"


class Command(BaseCommand):
    help = f"Staff the offices {', '.join(demo.LINE)}; everyone's password is “{demo.PASSWORD}”. Not in production."

    def add_arguments(self, parser):
        parser.add_argument("--categories", default=CATEGORIES, help="default: %(default)s")

    def handle(self, *, categories, **options):
        if settings.MALALAMIKO_ENV == "production":
            raise CommandError("Demo staff have a password that everybody knows: never in production mode.")
        try:
            users, postings = demo.staff(categories)
        except (demo.OfficesMissing, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{users} people, {postings} postings; everyone's password is “{demo.PASSWORD}”")
