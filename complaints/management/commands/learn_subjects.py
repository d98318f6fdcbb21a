"""Learn the subjects anew: from the sentences that came with the product, settled cases, and files given."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints import training
from offices.clock import database_now


class Command(BaseCommand):
    """`manage.py learn_subjects [FILE ...]`: needs requirements-train.txt; the web needs nothing and takes it up by itself."""

    help = "Learn the subjects anew, from sentences and settled cases, and keep the result as the newest version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take files, and whether the result is to come with the product."""
        parser.add_argument("files", nargs="*", help="more sentences: CSV with the columns category, text")
        parser.add_argument(
            "--ship", action="store_true", help="write it where a new installation begins, not into the database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Learn, keep and say what came of it."""
        at = database_now()
        try:
            lesson = training.learn(options["files"], at)
        except ImportError as error:
            raise CommandError("scikit-learn is missing: pip install -r requirements-train.txt") from error
        except training.NothingToLearn as error:
            raise CommandError("There is nothing to learn from: load the categories first.") from error
        if options["ship"]:
            training.ship(lesson)
        else:
            training.keep(lesson, at)
        self.stdout.write(
            f"{lesson.version}: {lesson.sentences} sentences, {lesson.cases} cases, "
            f"first guess right on {lesson.accuracy:.0%} of what was held back"
        )
