"""What there is to translate: every string that Python and the templates pass through gettext.

Python is read as a syntax tree, so that `_`, `lazy` or whatever a module calls gettext is followed to where
it was imported; templates go through Django's own `templatize`, so that the strings are those it looks up.
A call whose words are not written out is refused: nobody could translate it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.translation.template import constant_re, templatize

# The rooms in the order in which they are built on each other: a string of several is kept in the first.
ROOMS = ("sharing", "members", "messaging", "payments", "cooperative", "listings", "bookings")
# Templates of the packages that our own stand in for: all about one's account.
_ENTRANCE = ("account", "allauth", "mfa", "usersessions")
_TEMPLATES = (".html", ".txt", ".xml", ".svg", ".js")

# Which arguments are the words: (context, singular, plural), by the name of the function.
_ARGUMENTS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_CALL = re.compile(r"(?<![\w.])(_|n?p?gettext)\(")
_WORDS = re.compile(r"""\s*((?:u|r)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))\s*,?""", re.DOTALL)

Key = tuple[str, str]


class Unreadable(ValueError):
    """Words that are not written out where they are translated."""


@dataclass
class Words:
    """One string to translate; `where` names the files it stands in."""

    context: str
    singular: str
    plural: str = ""
    where: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.singular


def room_of(path: str) -> str:
    """The room whose catalogue keeps the strings of this file."""
    parts = path.split("/")
    folder = parts[1] if parts[0] == "templates" and len(parts) > 2 else parts[0]
    if folder in _ENTRANCE:
        return "members"
    return folder if folder in ROOMS else "sharing"


def extract(root: Path) -> dict[str, dict[Key, Words]]:
    """All strings under this folder, by room, in the order of files and of lines."""
    rooms: dict[str, dict[Key, Words]] = {room: {} for room in ROOMS}
    home: dict[Key, str] = {}
    for path in sorted(_sources(root), key=lambda one: (ROOMS.index(room_of(one)), one)):
        text = (root / path).read_text(encoding="utf-8")
        found = _in_python(text, path) if path.endswith(".py") else _in_template(text, path)
        for words in found:
            room = home.setdefault(words.key, room_of(path))
            kept = rooms[room].setdefault(words.key, words)
            if words.plural and kept.plural not in ("", words.plural):
                raise Unreadable(f"{path}: two plurals of {words.singular!r}")
            kept.plural = kept.plural or words.plural
            if path not in kept.where:
                kept.where.append(path)
    return rooms


def _sources(root: Path) -> Iterator[str]:
    for room in ROOMS:
        for path in (root / room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path.relative_to(root).as_posix()
        for path in (root / room).glob("templates/**/*"):
            if path.suffix in _TEMPLATES:
                yield path.relative_to(root).as_posix()
    for path in (root / "templates").rglob("*"):
        if path.suffix in _TEMPLATES:
            yield path.relative_to(root).as_posix()


def _in_python(text: str, path: str) -> Iterator[Words]:
    if "translation" not in text:
        return
    tree = ast.parse(text)
    names = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in _ARGUMENTS
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        function = _function(call.func, names)
        if function:
            context, singular, plural = (
                "" if place is None else _constant(call, place, path) for place in _ARGUMENTS[function]
            )
            yield Words(context, singular, plural, [path])


def _function(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "translation":
        return node.attr if node.attr in _ARGUMENTS else ""
    return ""


def _constant(call: ast.Call, place: int, path: str) -> str:
    try:
        value = ast.literal_eval(call.args[place])
    except (IndexError, ValueError):
        value = None
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{path}:{call.lineno}: only words that are written out can be translated")
    return value


def _in_template(text: str, path: str) -> Iterator[Words]:
    code = templatize(text, origin=path)
    for call in _CALL.finditer(code):
        function = {"_": "gettext"}.get(call[1], call[1])
        context, singular, plural = _ARGUMENTS[function]
        given, place = [], call.end()
        for _argument in range(1 + max(singular, plural or 0)):
            words = _WORDS.match(code, place)
            if not words:
                raise Unreadable(f"{path}: only words that are written out can be translated")
            given.append(ast.literal_eval(words[1]))
            place = words.end()
        yield Words(
            "" if context is None else given[context], given[singular], "" if plural is None else given[plural], [path]
        )
    # Arguments of filters that stand behind a bar in quotes are not seen by `templatize`.
    for token in Lexer(text).tokenize():
        if token.token_type == TokenType.VAR:
            for constant in constant_re.findall(token.contents):
                yield Words("", ast.literal_eval(constant).replace("%", "%%"), "", [path])
