"""Community credit at its edges: files for spreadsheets, keys that are none."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from payments.credit import accounts, statements
from payments.credit import actions as credit
from payments.models import Transfer
from sharing.web.api.pagination import encode_cursor
from tests.members.cast import signed_in

from .test_credit import cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db


def test_no_name_in_the_years_file_is_a_formula(cast):
    home, ana, bo, _cleo = cast
    bo.name = '=HYPERLINK("http://evil.example")'
    bo.save(update_fields=["name"])
    credit.give(home, by=bo, to=ana, minor=100, note="A lift")
    year = timezone.now().year
    said = signed_in(ana).get(reverse("credit_csv", args=[home.slug, year])).getvalue().decode()
    assert '"\'=HYPERLINK' in said and ',"=HYPERLINK' not in said and ",=HYPERLINK" not in said


def test_a_form_with_a_key_of_two_lines_is_sent_back(cast):
    home, ana, bo, _cleo = cast
    said = {"to": bo.pk, "amount": "1", "note": "A lift", "key": "a\nb"}
    assert signed_in(ana).post(reverse("credit", args=[home.slug]), said).status_code in (409, 422)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(("minor", "typed"), [(1_234_567, "12345.67"), (150_000_000, "1500000"), (1250, "12.5")])
def test_a_plan_that_is_saved_as_it_stands_stays_as_it_is(cast, minor, typed):
    home, _ana, _bo, cleo = cast
    credit.plan(home, by=cleo, unit="hours", worth_minor=minor, limit_minor=500)
    client, address = signed_in(cleo), reverse("credit_plan", args=[home.slug])
    form = client.get(address).content.decode()
    assert f'value="{typed}"' in form and 'value="5"' in form
    assert client.post(address, {"unit": "hours", "worth": typed, "limit": "5"}).status_code == 302
    assert accounts.plan_of(home).worth_minor == minor


def test_a_year_of_many_entries_is_told_to_the_last(cast, monkeypatch):
    home, ana, bo, _cleo = cast
    monkeypatch.setattr(statements, "PAGE", 3)
    for number in range(4):
        credit.give(home, by=bo, to=ana, minor=100 + number, note=f"Lift {number}")
        credit.give(home, by=ana, to=bo, minor=10, note=f"Cake {number}")
    year, left = statements.current_year(home), 400 + 6 - 40
    file = signed_in(ana).get(reverse("credit_csv", args=[home.slug, year])).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))
    assert len(rows) == 2 + 8 and rows[-1][-1] == str(left / 100)
    assert [row[1] for row in rows[2:]] == sorted((row[1] for row in rows[2:]), key=int)

    client, url, standing, seen = signed_in(ana), f"/api/v1/communities/{home.slug}/credit/years/{year}/", 0, []
    while url:
        said = client.get(url).json()
        assert said["before_minor"] == standing and len(said["entries"]) <= 3
        standing = said["entries"][-1]["balance_minor"]
        seen += [entry["sequence"] for entry in said["entries"]]
        url = said["next"]
    assert standing == left and len(seen) == len(set(seen)) == 8
    for wrong in ("x", encode_cursor(["x", 1]), encode_cursor(["2026-01-01T00:00:00+00:00", "x"])):
        answer = client.get(f"/api/v1/communities/{home.slug}/credit/years/{year}/", {"cursor": wrong})
        assert answer.status_code == 400, wrong
