"""Money, distances and moments as people of the language write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from sharing.web import formats
from sharing.web.prose import to_html
from sharing.web.templatetags.formats import whole_percent


@pytest.mark.parametrize(
    ("language", "metres", "written"),
    [("en", 12, "50 m"), ("en", 349, "350 m"), ("en", 949, "950 m"), ("en", 1234, "1.2 km"), ("en", 13_600, "14 km"),
     ("de", 1234, "1,2 km"), ("en-us", 1609, "1 mi"), ("en", None, "")],
)
def test_distances_are_rounded_as_one_says_them(language, metres, written):
    with override(language):
        assert formats.distance(metres) == written


def test_an_instant_is_told_in_the_zone_of_the_thing():
    year = timezone.localdate().year
    noon = datetime(year, 7, 1, 10, tzinfo=UTC)
    assert formats.moment(noon, "Europe/Berlin", "time") == "12:00"
    assert formats.moment(noon, "America/New_York", "time") == "06:00"
    assert str(year) not in formats.moment(noon, "Europe/Berlin")
    assert str(year + 1) in formats.moment(noon.replace(year=year + 1), "Europe/Berlin")


def test_days_from_midnight_to_midnight_do_not_count_the_last():
    year = timezone.localdate().year
    friday = datetime(year, 7, 3, 22, tzinfo=UTC)  # midnight in Berlin
    assert formats.day_span(friday, friday + timedelta(days=1), "Europe/Berlin") == formats.moment(
        date(year, 7, 4), style="day"
    )
    written = formats.day_span(friday, friday + timedelta(days=3), "Europe/Berlin")
    assert written.count("Jul") in (1, 2) and "4" in written and "6" in written and "7 Jul" not in written


def test_what_members_write_becomes_paragraphs_and_links_and_nothing_else():
    html = to_html("Hello <b>you</b>\nnew line\n\nhttps://example.org/x <script>alert(1)</script> javascript:alert(1)")
    assert html.count("<p>") == 2 and "<br>" in html and 'href="https://example.org/x"' in html
    assert "<b>" not in html and "<script" not in html and 'href="javascript' not in html
    assert 'rel="nofollow noopener noreferrer"' in html


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_a_day_of_another_year_looks_like_one_of_this_with_its_year_behind(language):
    """One format in the whole house: "Wed 6 Jan" and "Wed 6 Jan 2027", alone and beside another day."""
    this = timezone.localdate().year
    day, later = date(this, 1, 6), date(this, 1, 9)
    same_weekday = next(year for year in range(this + 1, this + 12) if date(year, 1, 6).weekday() == day.weekday())
    with override(language):
        now, then = (formats.moment(each, style="day") for each in (day, day.replace(year=same_weekday)))
        assert then == f"{now} {same_weekday}"
        here = formats.date_span(day, later)
        there = formats.date_span(day.replace(year=same_weekday), later.replace(year=same_weekday))
        assert there == f"{here} {same_weekday}"
        assert "06" not in here and "09" not in here


def test_a_sentence_ends_once():
    assert formats.one_stop("Bis Do., 26. Nov..") == "Bis Do., 26. Nov."
    assert formats.one_stop("Bis <time>26. Nov.</time>. Dann") == "Bis <time>26. Nov.</time> Dann"
    assert formats.one_stop("Wait... and see.") == "Wait... and see."


@pytest.mark.parametrize(
    "language, share, euro, town",
    [
        ("en", "5.5%", "Euro", "London"),
        ("de", "5,5\N{NO-BREAK SPACE}%", "Euro", "London"),
        ("fr", "5,5\N{NO-BREAK SPACE}%", "euro", "Londres"),
    ],
)
def test_shares_currencies_and_zones_are_said_as_the_language_says_them(language, share, euro, town):
    with override(language):
        assert whole_percent(53) == formats.percent(5300) != "53"
        assert (formats.percent(550), formats.currency("EUR"), formats.zone("Europe/London")) == (share, euro, town)
