"""What a member can take away: every column of the database that leads to a member is in it, or says why not."""

import json

import pytest
from django.apps import apps

from members import holdings
from members.models import Member
from messaging import actions
from messaging.models import Block, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


def columns_that_lead_to_a_member() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if getattr(field, "concrete", False) and field.related_model is Member
    }


def test_every_column_that_leads_to_a_member_is_taken_along_or_says_why_not():
    columns = columns_that_lead_to_a_member()
    assert len(columns) > 70
    silent = columns - holdings._covered - set(holdings._left_out)
    assert not silent, f"Say in a room's holdings.py what becomes of {sorted(silent)}."
    known = {name for name in holdings._covered if "__" not in name} | set(holdings._left_out)
    assert not known - columns, "these are no columns (any more)"
    assert all(len(reason) > 10 for reason in holdings._left_out.values())


def test_a_members_own_words_and_doors_are_in_it_and_nobody_elses(client):
    ana, bo = make.member("Ana Lind"), make.member("Bo")
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="mine to take", client_id="1")
    actions.post(talk.pk, by=bo, body="his own", client_id="2")
    Block.objects.create(member=ana, other=bo)
    said = talk.messages.get(author=bo)
    Report.objects.create(message=said, author=bo, reporter=ana, reason="other", note="rude", evidence={})

    client.force_login(ana)
    answer = client.get("/settings/data/download/")
    document = json.loads(answer.content)
    assert [row["body"] for row in document["talk_messages"]] == ["mine to take"]
    assert [row["other_name"] for row in document["talk_blocked"]] == ["Bo"]
    assert [row["note"] for row in document["talk_reports_made"]] == ["rude"]
    assert [row["conversation"] for row in document["talk_conversations"]] == [talk.pk]
    assert "his own" not in answer.content.decode() and bo.email not in answer.content.decode()

    client.force_login(bo)
    his = client.get("/settings/data/download/").content.decode()
    assert "rude" not in his and "mine to take" not in his, "who reported or blocked him he does not learn here"
