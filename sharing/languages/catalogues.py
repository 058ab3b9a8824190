"""The catalogues: `locale/<code>/<room>.po`, one for each room, in the order of the sources.

What is written is the same for the same sources and translations, whoever writes it: no dates, no line
numbers, nothing obsolete and nothing fuzzy, so that a difference shows what was translated and no more.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from .extracting import ROOMS, Key, Words

# What stands between the context of a string and the string, in the files that are filled in.
CONTEXT_ENDS = "\x04"

Catalogue = dict[Key, polib.POEntry]


def path_of(folder: Path, code: str, room: str) -> Path:
    return folder / code / f"{room}.po"


def read(path: Path) -> Catalogue:
    """The entries of a catalogue; none when there is no file yet."""
    if not path.exists():
        return {}
    return {(entry.msgctxt or "", entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def codes(folder: Path) -> list[str]:
    """The languages that have catalogues."""
    return sorted(path.name for path in folder.glob("*/") if any(path.glob("*.po")))


def merge(folder: Path, code: str, rooms: dict[str, dict[Key, Words]]) -> None:
    """Bring the catalogues of a language to what the sources say today; translations of strings that stay, stay."""
    known: Catalogue = {}
    for room in ROOMS:
        known.update({key: entry for key, entry in read(path_of(folder, code, room)).items() if filled(entry)})
    for room, strings in rooms.items():
        write(path_of(folder, code, room), code, [_entry(code, words, known) for words in strings.values()])


def write(path: Path, code: str, entries: list[polib.POEntry]) -> None:
    file = polib.POFile(wrapwidth=110)
    file.metadata = {
        "Project-Id-Version": "Commonshare",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": get_plural(code).plural_forms,
    }
    file.extend(entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(file), encoding="utf-8")


def filled(entry: polib.POEntry) -> bool:
    """Whether the entry is translated, in all its forms."""
    if entry.msgid_plural:
        return bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())
    return bool(entry.msgstr) and not entry.fuzzy


def missing(folder: Path, code: str, only: str = "") -> dict[str, str | list[str]]:
    """What is not translated yet, to be filled in: the string, or the string and its plural, each to what it says.

    A plural string's value is a list with as many empty places as the language has forms; to show the plural's
    own words it begins with them.
    """
    found: dict[str, str | list[str]] = {}
    for entry in _entries(folder, code, only):
        if not filled(entry):
            found[_name(entry)] = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else ""
    return found


def fill(folder: Path, code: str, given: dict[str, str | list[str]]) -> list[str]:
    """Enter these translations; returns the strings that no catalogue has (others have reworded them, perhaps)."""
    left = dict(given)
    for room in ROOMS:
        path = path_of(folder, code, room)
        catalogue = read(path)
        for entry in catalogue.values():
            value = left.pop(_name(entry), None)
            if value:
                _say(entry, value)
        write(path, code, list(catalogue.values()))
    return list(left)


def load(text: str) -> dict[str, str | list[str]]:
    """The translations of a file that was filled in."""
    given = json.loads(text)
    if not isinstance(given, dict):
        raise ValueError("The file holds one object: strings, and what they are in the other language.")
    return given


def _entries(folder: Path, code: str, only: str) -> Iterator[polib.POEntry]:
    for room in ROOMS:
        if only in ("", room):
            yield from read(path_of(folder, code, room)).values()


def _name(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt}{CONTEXT_ENDS}{entry.msgid}" if entry.msgctxt else entry.msgid


def _say(entry: polib.POEntry, value: str | list[str]) -> None:
    if not entry.msgid_plural:
        if not isinstance(value, str):
            raise ValueError(f"{entry.msgid!r} has no plural, its translation is one string.")
        entry.msgstr = value
    elif isinstance(value, str) or len(value) != len(entry.msgstr_plural):
        raise ValueError(f"{entry.msgid!r} needs a list of {len(entry.msgstr_plural)} forms.")
    else:
        entry.msgstr_plural = dict(enumerate(value))


def _entry(code: str, words: Words, known: Catalogue) -> polib.POEntry:
    entry = polib.POEntry(
        msgctxt=words.context or None,
        msgid=words.singular,
        msgid_plural=words.plural,
        occurrences=[(path, "") for path in words.where],
        flags=["python-format"] if "%(" in words.singular + words.plural else [],
    )
    old = known.get(words.key)
    if words.plural:
        kept = old.msgstr_plural if old and old.msgid_plural else {}
        entry.msgstr_plural = {number: kept.get(number, "") for number in range(get_plural(code).num_plurals)}
    elif old and not old.msgid_plural:
        entry.msgstr = old.msgstr
    return entry
