"""Community credit at its edges: files for spreadsheets, keys that are none."""

import pytest
from django.urls import reverse
from django.utils import timezone

from payments.credit import actions as credit
from payments.models import Transfer
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
    said = signed_in(ana).get(reverse("credit_csv", args=[home.slug, year])).content.decode()
    assert '"\'=HYPERLINK' in said and ',"=HYPERLINK' not in said and ",=HYPERLINK" not in said


def test_a_form_with_a_key_of_two_lines_is_sent_back(cast):
    home, ana, bo, _cleo = cast
    said = {"to": bo.pk, "amount": "1", "note": "A lift", "key": "a\nb"}
    assert signed_in(ana).post(reverse("credit", args=[home.slug]), said).status_code in (409, 422)
    assert not Transfer.objects.exists()
