"""What is wrong with a translation, in sentences: gaps, places that were lost, mark-up that differs.

A place (`%(name)s`, `{name}`) that a translation leaves out is a number or a name nobody reads; one that it
makes up is an error on the page. So both are faults, and so is mark-up that is not the original's.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib

from .catalogues import filled, path_of, read
from .extracting import Key, Words

Rooms = dict[str, dict[Key, Words]]

# %%s and %%t are what a script fills in.
_PLACES = re.compile(r"%\(\w+\)[a-z]|%%[st]\b|(?<!\{)\{\w*\}(?!\})")
_TAGS = re.compile(r"</?[a-zA-Z][^>]*>")
_BARE_PERCENT = re.compile(r"%(?!\(\w+\)[a-z])")


def gaps(folder: Path, code: str, rooms: Rooms) -> Iterator[str]:
    """The strings that are not translated yet, and those whose sources are gone."""
    for room, strings in rooms.items():
        catalogue = read(path_of(folder, code, room))
        for key, words in strings.items():
            entry = catalogue.get(key)
            if entry is None:
                yield f"{code}/{room}.po lacks {words.singular!r}: extract again"
            elif not filled(entry):
                yield f"{code}/{room}.po does not translate {words.singular!r}"
        for key in catalogue.keys() - strings.keys():
            yield f"{code}/{room}.po has {key[1]!r}, which is said nowhere: extract again"


def mistakes(folder: Path, code: str, rooms: Rooms) -> Iterator[str]:
    """What is wrong with the translations that are there."""
    for room, strings in rooms.items():
        for key, entry in read(path_of(folder, code, room)).items():
            if key in strings and filled(entry):
                yield from (f"{code}/{room}.po, {key[1]!r}: {fault}" for fault in of_entry(entry, strings[key]))


def of_entry(entry: polib.POEntry, words: Words) -> Iterator[str]:
    """What is wrong with one translation that is there."""
    if not words.plural:
        yield from _of_form(entry.msgstr, [words.singular])
    elif not entry.msgid_plural:
        yield "its plural is missing: extract again"
    else:
        for number, form in sorted(entry.msgstr_plural.items()):
            # The form for one thing may say "one" where the others say how many.
            yield from _of_form(form, [words.plural, words.singular] if number == 0 else [words.plural])


def _of_form(said: str, originals: list[str]) -> Iterator[str]:
    if not said.strip():
        yield "is empty"
        return
    if _counted(_PLACES, said) not in [_counted(_PLACES, original) for original in originals]:
        yield f"has other places than the original: {said!r}"
    if _tags(said) not in [_tags(original) for original in originals]:
        yield f"has other mark-up than the original: {said!r}"
    if "%(" in originals[0] and _BARE_PERCENT.search(said.replace("%%", "")):
        yield f"has a lone %, which is written %%: {said!r}"
    if _edges(said) not in [_edges(original) for original in originals]:
        yield f"begins or ends with other blanks than the original: {said!r}"


def _counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def _tags(text: str) -> Counter[str]:
    """The tags without the words in them that are translated as well."""
    return Counter(re.sub(r'(title|alt|aria-label)="[^"]*"', r"\1", tag) for tag in _TAGS.findall(text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
