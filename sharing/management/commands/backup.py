"""`manage.py backup FILE`: database and media in one archive, consistent while the server runs."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sharing import archive


class Command(BaseCommand):
    help = "Write database and media to FILE (.tar.gz)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options) -> None:
        try:
            size = archive.write(file)
        except archive.ArchiveError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {size / 1_000_000:.1f} MB")
