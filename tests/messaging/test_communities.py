"""Who hears of what happens around a community."""

import pytest

from members import actions
from members.models import Community
from members.states import Joining, Role
from messaging.models import Notification
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    community = make.community("Elm Street", joining=Joining.APPLICATION, questions=["Where do you live?"])
    make.member("Cleo", of=community, role=Role.STEWARD)
    return community


def told() -> list[tuple[str, str, bool]]:
    return list(Notification.objects.order_by("pk").values_list("member__name", "title", "needs_answer"))


def test_an_application_and_its_answer_reach_both_sides(street, django_capture_on_commit_callbacks):
    zoe, cleo = make.member("Zoe"), street.memberships.get().member
    with django_capture_on_commit_callbacks(execute=True):
        row = actions.join(street, by=zoe, answers=["In the mill."])
    with django_capture_on_commit_callbacks(execute=True):
        actions.admit_application(row.pk, by=cleo, word="Come to the summer party.")
    assert told() == [
        ("Cleo", "Zoe would like to join Elm Street", True),
        ("Zoe", "Welcome to Elm Street!", True),
    ]
    assert Notification.objects.get(member=zoe).body == "Come to the summer party."


def test_whoever_is_removed_learns_it_and_whoever_leaves_knows(street, django_capture_on_commit_callbacks):
    cleo = street.memberships.get().member
    ana, bo = make.member("Ana", of=street), make.member("Bo", of=street)
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_role(ana.memberships.get().pk, Role.TREASURER, by=cleo)
        actions.remove(ana.memberships.get().pk, by=cleo)
        actions.leave(street, by=bo)
    assert told() == [
        ("Ana", "You are now: Treasurer in Elm Street", False),
        ("Ana", "The stewards of Elm Street have ended your membership", False),
    ]
    assert Community.objects.get().people == 1
