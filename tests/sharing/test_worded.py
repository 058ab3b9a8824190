"""Querysets worded once, and rows of which only what changed is written back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from listings import actions
from listings.models import Listing
from sharing.db import updates
from sharing.db.worded import Worded
from tests import factories

pytestmark = pytest.mark.django_db

titled = Worded(lambda pks, title: Listing.objects.filter(pk__in=pks, title=title).select_related("owner", "community"))


def test_the_same_words_answer_for_other_values():
    home = factories.community()
    bo, ada = factories.member("Bo", of=home), factories.member("Ada", of=home)
    saw, ladder = factories.listing(bo, title="Saw", tags=["sharp"]), factories.listing(ada, title="50 % ladder")
    pks = saw.pk, ladder.pk
    for _again in range(2):
        assert [(row.pk, row.owner, row.tags) for row in titled(pks, "Saw")] == [(saw.pk, bo, ["sharp"])]
        assert titled.first(pks, "50 % ladder").owner == ada
        assert titled.first((saw.pk,), "50 % ladder") is None  # another number of values, other words
    found = titled.first(pks, "Saw")
    asked = Listing.objects.get(pk=saw.pk)
    assert {f.attname: getattr(found, f.attname) for f in asked._meta.concrete_fields} == {
        f.attname: getattr(asked, f.attname) for f in asked._meta.concrete_fields
    }
    with CaptureQueriesContext(connection) as seen:
        assert (found.owner.name, found.community.name) == ("Bo", home.name)
    assert len(seen) == 0


def test_commons_come_without_an_owner():
    home = factories.community()
    shared = factories.listing(of=home, commons=True, title="Press")
    assert titled.first((shared.pk,), "Press").owner is None


def test_a_value_the_words_do_not_have_is_a_mistake():
    with pytest.raises(ValueError, match="not in the statement"):
        Worded(lambda pk, other: Listing.objects.filter(pk=pk))(1, 2)


def test_only_what_changed_is_written_back():
    listing = Listing.objects.get(pk=factories.listing(of=factories.community(), tags=["old"]).pk)
    stood = updates.as_it_stands(listing)
    Listing.objects.filter(pk=listing.pk).update(place="Elsewhere")
    listing.title = "Anew"
    listing.tags.append("new")
    with CaptureQueriesContext(connection) as seen:
        updates.write_changes(listing, stood)
    assert len(seen) == 1
    standing = Listing.objects.get(pk=listing.pk)
    assert (standing.title, standing.tags, standing.place) == ("Anew", ["old", "new"], "Elsewhere")
    assert standing.updated > stood["updated"]


def test_publishing_is_a_dozen_statements():
    bo = factories.member("Bo", of=factories.community())
    for title in ("Saw", "Ladder"):
        draft = factories.listing(bo, title=title, state="draft", published=None)
        with CaptureQueriesContext(connection) as seen:
            actions.publish(draft.pk, by=bo)
        asked = [row["sql"] for row in seen if not row["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 11, asked
