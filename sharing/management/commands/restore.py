"""`manage.py restore FILE`: put a backup's database and media in the place of what is there."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sharing import archive


class Command(BaseCommand):
    help = "Replace database and media by those in FILE. Stop the server first."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *, file: Path, yes: bool, **options) -> None:
        if not yes and input("This replaces everything in this installation. Type 'replace': ") != "replace":
            raise CommandError("Nothing was changed.")
        try:
            archive.read(file)
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Restored. Start the server again.")
