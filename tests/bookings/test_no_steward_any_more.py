"""Who was in a talk as a steward is out of it with the role; whoever asked or borrows is not left alone."""

import pytest

from bookings import actions
from bookings.states import State
from listings import talk
from members import actions as members
from messaging import actions as messaging
from messaging.models import Participant
from tests.bookings.cast import steward_of
from tests.factories import days, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def commons(cast):
    """A ladder of the community: Cleo answered for it from the start, Dora is a steward by now."""
    cast.ladder = listing(of=cast.home, commons=True, title="Ladder")
    cast.asked = talk.ask_about(cast.ladder.pk, by=cast.ana)
    cast.booking = actions.request(cast.ladder.pk, by=cast.ana, **days(2, 4))
    cast.dora = steward_of(cast.home, "Dora")
    return cast


def inside(conversation) -> set[int]:
    seats = Participant.objects.present().filter(conversation=conversation)
    return set(seats.values_list("member_id", flat=True))


def step_down(cast, capture) -> None:
    with capture(execute=True):
        members.set_role(cast.cleo.memberships.get().pk, "member", by=cast.dora)


def leave(cast, capture) -> None:
    with capture(execute=True):
        members.leave(cast.home, by=cast.cleo)


@pytest.mark.parametrize("ending", [step_down, leave])
def test_the_commons_are_answered_for_by_the_stewards_of_today(commons, django_capture_on_commit_callbacks, ending):
    own = talk.ask_about(listing(commons.cleo, of=commons.home, title="Saw").pk, by=commons.ana)
    ending(commons, django_capture_on_commit_callbacks)
    assert inside(commons.asked) == inside(commons.booking.conversation) == {commons.ana.pk, commons.dora.pk}
    assert inside(own) == {commons.ana.pk, commons.cleo.pk}, "what she offers herself she answers for"
    for conversation in (commons.asked, commons.booking.conversation):
        with pytest.raises(messaging.NotInside):
            messaging.post(conversation.pk, by=commons.cleo, body="Still here?", client_id=f"{conversation.pk}")
    assert Participant.objects.get(conversation=commons.asked, member=commons.dora).role == "host"


def test_who_is_a_party_stays_and_who_settled_the_dispute_goes(commons, django_capture_on_commit_callbacks):
    mine = actions.request(commons.ladder.pk, by=commons.cleo, **days(6, 8))
    lent = actions.request(commons.drill.pk, by=commons.ana, **days(2, 4))
    for step, by in (("accept", [commons.bo]), ("hand_over", [commons.ana, commons.bo])):
        for who in by:
            lent = actions.take(lent.pk, step, by=who)
    lent = actions.take(lent.pk, "dispute", by=commons.bo, note="The chuck is broken.")
    assert lent.state == State.DISPUTED and commons.cleo.pk in inside(lent.conversation)
    step_down(commons, django_capture_on_commit_callbacks)
    assert commons.cleo.pk in inside(mine.conversation), "she borrows it"
    assert inside(lent.conversation) == {commons.ana.pk, commons.bo.pk, commons.dora.pk}


def test_another_role_of_a_steward_changes_nothing(commons, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        members.set_role(commons.cleo.memberships.get().pk, "steward", by=commons.dora, treasurer=True)
    assert commons.cleo.pk in inside(commons.asked) and commons.cleo.pk in inside(commons.booking.conversation)
