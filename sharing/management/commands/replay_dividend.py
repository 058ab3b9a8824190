"""Work a dividend out again from its CSV alone: exit 1 and a line per disagreement, or a line that it is right."""

import sys

from django.core.management.base import BaseCommand, CommandError

from cooperative import dividends


class Command(BaseCommand):
    help = "Recompute every point and every share from the CSV that a dividend's page gives out."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", help="the CSV")

    def handle(self, *args, **options) -> None:
        try:
            with open(options["file"], encoding="utf-8-sig", newline="") as file:
                wrong = dividends.replay(file)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            sys.exit(1)
        self.stdout.write("Every point and every share is as it should be.")
