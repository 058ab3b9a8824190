"""The catalogues: what is extracted, what a merge keeps, what is a mistake, and that ours have none."""

import json
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from sharing.languages import catalogues, checking, compiling
from sharing.languages.extracting import Unreadable, Words, extract

PYTHON = '''
from django.utils.translation import gettext_lazy as later, ngettext, pgettext
HEAD = later("Two " "halves")
def many(n):
    return ngettext("%(n)s thing", "%(n)s things", n) % {"n": n}
ORDER = pgettext("order", "Nearest")
NOT = str("not this")
'''
PAGE = """{% load i18n %}<h1>{% translate "100% ours" %}</h1>{{ name|default:_("nobody") }}
{% include "x" with a=_("An end") %}
{% blocktranslate trimmed count n=n with who=who %}
  {{ who }} has
  {{ n }} drill{% plural %}{{ who }} has {{ n }} drills{% endblocktranslate %}
{% translate "Close" context "nearby" %}"""


@pytest.fixture
def house(tmp_path):
    """A small house with one page and one module."""
    (tmp_path / "bookings").mkdir()
    (tmp_path / "bookings" / "words.py").write_text(PYTHON)
    (tmp_path / "templates" / "account").mkdir(parents=True)
    (tmp_path / "templates" / "account" / "page.html").write_text(PAGE)
    return tmp_path


def test_python_and_templates_are_read_as_they_are_looked_up(house):
    rooms = extract(house)

    assert list(rooms["bookings"]) == [("", "Two halves"), ("", "%(n)s thing"), ("order", "Nearest")]
    assert rooms["bookings"]["", "%(n)s thing"].plural == "%(n)s things"
    assert set(rooms["members"]) == {
        ("", "100%% ours"), ("", "nobody"), ("", "An end"), ("", "%(who)s has %(n)s drill"), ("nearby", "Close"),
    }  # fmt: skip
    assert rooms["members"]["", "nobody"].where == ["templates/account/page.html"]


def test_words_that_are_not_written_out_are_refused(house):
    (house / "bookings" / "words.py").write_text("from django.utils.translation import gettext as _\n_(f'{1} day')\n")
    with pytest.raises(Unreadable, match=r"bookings/words.py:2"):
        extract(house)


def test_a_merge_keeps_what_stays_and_drops_what_is_gone(house):
    catalogues.merge(house / "locale", "de", extract(house))
    given = {"Two halves": "Zwei Hälften", "%(n)s thing": ["%(n)s Ding", "%(n)s Dinge"], "order\x04Nearest": "Nah"}
    assert catalogues.fill(house / "locale", "de", {**given, "gone": "weg"}) == ["gone"]

    (house / "bookings" / "words.py").write_text(PYTHON.replace("Two ", "Both "))
    catalogues.merge(house / "locale", "de", extract(house))
    kept = catalogues.read(house / "locale" / "de" / "bookings.po")

    assert ("", "Two halves") not in kept and kept["", "Both halves"].msgstr == ""
    assert kept["", "%(n)s thing"].msgstr_plural == {0: "%(n)s Ding", 1: "%(n)s Dinge"}
    assert kept["order", "Nearest"].msgstr == "Nah"
    assert "Both halves" in catalogues.missing(house / "locale", "de", "bookings")


@pytest.mark.parametrize(
    ("words", "said", "fault"),
    [
        (Words("", "For %(name)s"), "Für %(nam)s", "places"),
        (Words("", "For {name}"), "Für alle", "places"),
        (Words("", "A <b>b</b>"), "Ein b", "mark-up"),
        (Words("", "For %(n)s"), "100% von %(n)s", "lone %"),
        (Words("", "%(n)s %%"), "%(n)s %%", None),
        (Words("", "From %%s to %%t"), "Ab %%s", "places"),
        (Words("", "For "), "Für", "blanks"),
        (Words("", "%(n)s day", "%(n)s days"), ["ein Tag", "%(n)s Tage"], "places"),
        (Words("", "a day", "%(n)s days"), ["ein Tag", "Tage"], "places"),
        (Words("", "a day", "%(n)s days"), ["%(n)s Tag", "%(n)s Tage"], None),
        (Words("", '<a href="x" title="Open">Go</a>'), '<a href="x" title="Öffnen">Los</a>', None),
    ],
)
def test_what_is_a_mistake(words, said, fault):
    entry = polib.POEntry(msgid=words.singular, msgid_plural=words.plural)
    if words.plural:
        entry.msgstr_plural = dict(enumerate(said))
    else:
        entry.msgstr = said
    found = list(checking.of_entry(entry, words))
    assert [fault in one for one in found] == ([True] if fault else [])


def test_a_language_is_offered_when_it_is_whole_and_compiled_when_it_has_changed(house):
    folder, target = house / "locale", house / "compiled"
    catalogues.merge(folder, "de", extract(house))
    assert compiling.offered(folder, target) == []

    words = {name: value or "x" for name, value in catalogues.missing(folder, "de").items()}
    catalogues.fill(folder, "de", words)
    assert compiling.offered(folder, target) == ["de"]
    compiled = target / "de" / "LC_MESSAGES" / "django.mo"
    first = compiled.stat().st_ino
    assert compiling.offered(folder, target) == ["de"] and compiled.stat().st_ino == first

    catalogues.fill(folder, "de", {"nobody": "niemand"})
    assert compiling.offered(folder, target) == ["de"] and compiled.stat().st_ino != first
    assert {entry.msgid: entry.msgstr for entry in polib.mofile(str(compiled))}["nobody"] == "niemand"


def test_the_command_hands_out_and_takes_in(house, settings, capsys):
    settings.BASE_DIR = house
    call_command("translations", language="de")
    call_command("translations", language="de", missing=True, room="members")
    todo = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert todo["%(who)s has %(n)s drill"] == ["%(who)s has %(n)s drill", "%(who)s has %(n)s drills"]

    with pytest.raises(SystemExit):
        call_command("translations", check=True)
    (house / "todo.json").write_text(json.dumps({"%(who)s has %(n)s drill": "one form"}))
    with pytest.raises(CommandError, match="list of 2 forms"):
        call_command("translations", language="de", fill=str(house / "todo.json"))


@pytest.fixture(scope="module")
def rooms():
    return extract(Path(settings.BASE_DIR))


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_a_language_that_is_offered_is_whole_and_without_mistakes(code, rooms):
    folder = Path(settings.BASE_DIR) / "locale"
    strings = sum(len(found) for found in rooms.values())

    assert list(checking.mistakes(folder, code, rooms)) == []
    assert len(list(checking.gaps(folder, code, rooms))) <= (1 - compiling.WHOLE) * strings
    with translation.override(code):
        assert translation.gettext("Workshop and repairs") != "Workshop and repairs"
