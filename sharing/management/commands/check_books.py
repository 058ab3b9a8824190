"""Recompute the books of every community: exit 1 and a line per fault, or a line that all is well."""

import sys

from django.core.management.base import BaseCommand

from cooperative import checks


class Command(BaseCommand):
    help = "Recompute every chain and balance, and follow every entry to its cause."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--community", default="", metavar="SLUG", help="only this one")

    def handle(self, *args, **options) -> None:
        entries = faults = communities = 0
        for result in checks.check_all(options["community"]):
            communities += 1
            entries += result.entries
            for fault in result.faults:
                faults += 1
                self.stdout.write(f"{result.community.slug}: {fault}")
        if faults:
            self.stderr.write(f"{faults} faults in the books of {communities} communities ({entries} entries).")
            sys.exit(1)
        self.stdout.write(f"{entries} entries of {communities} communities, all in order.")
