"""What Django reads: one compiled catalogue for each language, made when the texts have changed.

The compiled files are no part of the sources. They lie under VAR_DIR, with a note of which files they were made
of and how much of them is translated; whoever starts and finds the note out of date compiles anew, into a file
of its own that then takes the other's place, so that processes starting together do not disturb each other.
This is read by the settings and must not need Django.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

WHOLE = 0.98  # of the strings; the others are shown in English


def offered(sources: Path, target: Path) -> list[str]:
    """The languages that are whole, English apart, their compiled catalogues ready under `target`."""
    found = sorted(folder for folder in sources.glob("*/") if folder.is_dir())
    return [folder.name for folder in found if _done(folder, target / folder.name) >= WHOLE]


def _done(folder: Path, target: Path) -> float:
    """How much of the language is translated."""
    made_of = {path.name: [path.stat().st_mtime_ns, path.stat().st_size] for path in sorted(folder.glob("*.po"))}
    note = target / "made-of.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        known = json.loads(note.read_text())
        if known["files"] == made_of and (target / "LC_MESSAGES" / "django.mo").exists():
            return known["done"]
    done = _compile(folder, target / "LC_MESSAGES" / "django.mo")
    _put(note, json.dumps({"files": made_of, "done": done}).encode())
    return done


def _compile(folder: Path, target: Path) -> float:
    import polib  # a third of a second that only the first start after a change pays

    whole, strings, filled = polib.POFile(), 0, 0
    for path in sorted(folder.glob("*.po")):
        file = polib.pofile(str(path))
        whole.metadata = file.metadata
        whole.extend(file.translated_entries())
        strings += sum(not entry.obsolete for entry in file)
        filled += len(file.translated_entries())
    _put(target, whole.to_binary())
    return filled / strings if strings else 0.0


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
