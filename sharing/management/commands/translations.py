"""Keeps the catalogues of translations: extracts, checks, hands out what is missing and takes it in again."""

import json
import sys
from pathlib import Path

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.management.base import BaseCommand, CommandError

from sharing.languages import catalogues, checking
from sharing.languages.extracting import ROOMS, Unreadable, extract


class Command(BaseCommand):
    help = "Bring locale/<code>/<room>.po to what the sources say, and report how much is translated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        languages = sorted(set(LANG_INFO) - {"en"})
        parser.add_argument(
            "--language", choices=languages, metavar="CODE", help="only this one; one that is new is begun"
        )
        parser.add_argument("--room", choices=ROOMS, default="", help="with --missing: only the strings of this room")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="change nothing; fail when a catalogue is not whole")
        what.add_argument("--missing", action="store_true", help="print what is not translated, as JSON to fill in")
        what.add_argument("--fill", metavar="FILE", help="enter the translations of a JSON file that was filled in")

    def handle(self, *args, **options) -> None:
        self.folder = Path(settings.BASE_DIR) / "locale"
        given = options["language"]
        if (options["missing"] or options["fill"]) and not given:
            raise CommandError("Say which --language.")
        if options["missing"]:
            found = catalogues.missing(self.folder, given, options["room"])
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        elif options["fill"]:
            self._fill(given, Path(options["fill"]))
        else:
            self._renew([given] if given else catalogues.codes(self.folder), check=options["check"])

    def _fill(self, code: str, path: Path) -> None:
        try:
            unknown = catalogues.fill(self.folder, code, catalogues.load(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        for words in unknown:
            self.stderr.write(f"No catalogue has {words!r}.")
        self._report([code])

    def _renew(self, codes: list[str], *, check: bool) -> None:
        try:
            rooms = extract(Path(settings.BASE_DIR))
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if not check:
            for code in codes:
                catalogues.merge(self.folder, code, rooms)
            self._report(codes)
            return
        faults = [
            fault
            for code in codes
            for fault in (*checking.gaps(self.folder, code, rooms), *checking.mistakes(self.folder, code, rooms))
        ]
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            self.stderr.write(f"{len(faults)} faults.")
            sys.exit(1)
        self.stdout.write(f"{', '.join(codes) or 'No language'}: every string, every place, every plural.")

    def _report(self, codes: list[str]) -> None:
        for code in codes:
            shares, strings, done = [], 0, 0
            for room in ROOMS:
                entries = catalogues.read(catalogues.path_of(self.folder, code, room)).values()
                ready = sum(catalogues.filled(entry) for entry in entries)
                shares.append(f"{room} {ready}/{len(entries)}")
                strings, done = strings + len(entries), done + ready
            part = 100 * done / strings if strings else 0
            self.stdout.write(f"{code}: {part:.1f} % of {strings} ({', '.join(shares)})")
