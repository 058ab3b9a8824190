"""Ways into a community and out of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members import actions, signals
from members.actions.invitations import LETTERS_A_DAY, LETTERS_TO_ONE_A_DAY
from members.models import Community, Invitation, Membership
from members.states import Joining, Role, Standing
from sharing.web.refusals import Refusal
from tests import factories as make
from tests.members.cast import rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What the rooms above were told: (signal, member)."""
    told = []
    names = ["membership_began", "membership_ended", "membership_changed", "application_made", "application_answered"]
    receivers = []
    for name in names:
        def receive(sender, membership, name=name, **_):
            told.append((name, membership.member.name))

        getattr(signals, name).connect(receive, weak=False)
        receivers.append((name, receive))
    yield told
    for name, receive in receivers:
        getattr(signals, name).disconnect(receive)


def test_an_open_community_takes_whoever_accepts_its_rules(cast, heard, django_capture_on_commit_callbacks):
    rules(cast.community)
    with pytest.raises(Refusal, match="house rules") as refusal:
        actions.join(cast.community, by=cast.outsider)
    assert refusal.value.field == "rules_version"

    with django_capture_on_commit_callbacks(execute=True):
        row = actions.join(cast.community, by=cast.outsider, rules_version=1)

    assert (row.standing, row.role, row.rules_accepted) == (Standing.ACTIVE, Role.MEMBER, 1)
    assert heard == [("membership_began", "Zoe")]


def test_joining_twice_is_joining_once(cast):
    first = actions.join(cast.community, by=cast.outsider)
    assert actions.join(cast.community, by=cast.outsider).joined == first.joined


def test_an_application_waits_for_a_steward(cast, heard, django_capture_on_commit_callbacks):
    cast.community.joining, cast.community.questions = Joining.APPLICATION, ["Where do you live?"]
    cast.community.save()
    for answers in ([], [" "], ["a", "b"], ["x" * 2001]):
        with pytest.raises(Refusal) as refusal:
            actions.join(cast.community, by=cast.outsider, answers=answers)
        assert refusal.value.field == "answers"

    with django_capture_on_commit_callbacks(execute=True):
        row = actions.join(cast.community, by=cast.outsider, answers=["In the mill."])
        assert row.standing == Standing.APPLIED
        actions.admit_application(row.pk, by=cast.steward, word="Welcome!")

    row.refresh_from_db()
    assert (row.standing, row.word, row.answers) == (Standing.ACTIVE, "Welcome!", ["In the mill."])
    assert heard == [("application_made", "Zoe"), ("membership_began", "Zoe"), ("application_answered", "Zoe")]


def test_only_a_steward_of_this_community_answers_an_application(cast):
    Community.objects.update(joining=Joining.APPLICATION)
    row = actions.join(cast.community, by=cast.outsider, answers=[])
    elsewhere = make.member("Bo", of=make.community(), role=Role.STEWARD)
    for other in (cast.neighbour, elsewhere, cast.outsider):
        with pytest.raises(Refusal, match="Only a steward"):
            actions.admit_application(row.pk, by=other)
    assert actions.decline_application(row.pk, by=cast.steward).standing == Standing.DECLINED
    with pytest.raises(Refusal, match="answered already"):
        actions.admit_application(row.pk, by=cast.steward)


def test_who_was_declined_may_ask_again_after_a_fortnight(cast):
    Community.objects.update(joining=Joining.APPLICATION)
    row = actions.join(cast.community, by=cast.outsider, answers=[])
    actions.decline_application(row.pk, by=cast.steward)
    with pytest.raises(Refusal, match="two weeks"):
        actions.join(cast.community, by=cast.outsider, answers=[])
    Membership.objects.filter(pk=row.pk).update(ended=timezone.now() - timedelta(days=15))
    assert actions.join(cast.community, by=cast.outsider, answers=[]).standing == Standing.APPLIED


def test_who_was_removed_comes_back_only_by_invitation(cast):
    row = actions.join(cast.community, by=cast.outsider)
    actions.remove(row.pk, by=cast.steward)
    with pytest.raises(Refusal, match="ended your membership"):
        actions.join(cast.community, by=cast.outsider)
    key = actions.invite(cast.community, by=cast.steward).key
    assert actions.join(cast.community, by=cast.outsider, invitation_key=key).is_active


def test_a_link_from_before_lets_nobody_in_whose_membership_was_ended(cast):
    """Links for several people go on living: who was sent off must not walk back in by the one they came with."""
    Community.objects.update(listed=False)
    link = actions.invite(cast.community, by=cast.steward, uses=10)
    row = actions.join(cast.community, by=cast.outsider, invitation_key=link.key)
    actions.invite(cast.community, by=cast.steward, email=cast.outsider.email)
    actions.remove(row.pk, by=cast.steward)
    for key in (link.key, ""):
        with pytest.raises(Refusal, match="ended your membership"):
            actions.join(cast.community, by=cast.outsider, invitation_key=key)
    link.refresh_from_db()
    assert link.uses_left == 9
    assert actions.join(cast.community, by=make.member("Bo"), invitation_key=link.key).is_active
    anew = actions.invite(cast.community, by=cast.steward)
    assert actions.join(cast.community, by=cast.outsider, invitation_key=anew.key).is_active


def test_links_of_a_steward_who_was_sent_off_lead_nowhere(cast):
    actions.set_role(cast.neighbour.memberships.get().pk, Role.STEWARD, by=cast.steward)
    Community.objects.update(joining=Joining.INVITATION)
    theirs, kept = (actions.invite(cast.community, by=each, uses=10) for each in (cast.neighbour, cast.steward))
    actions.remove(cast.neighbour.memberships.get().pk, by=cast.steward)
    with pytest.raises(Refusal, match="by invitation"):
        actions.join(cast.community, by=cast.outsider, invitation_key=theirs.key)
    assert actions.join(cast.community, by=cast.outsider, invitation_key=kept.key).is_active


def test_who_was_sent_off_is_told_so_on_the_page_as_well(client, cast):
    link = actions.invite(cast.community, by=cast.steward, uses=10)
    row = actions.join(cast.community, by=cast.outsider, invitation_key=link.key)
    actions.remove(row.pk, by=cast.steward)
    client.force_login(cast.outsider)
    for listed in (True, False):
        Community.objects.update(listed=listed)
        answer = client.post(f"/c/{cast.community.slug}/join/", {"invitation": link.key})
        assert answer.status_code == 409 and "ended your membership" in answer.content.decode()
    row.refresh_from_db()
    assert row.standing == Standing.REMOVED


def test_invitations_are_no_way_to_write_to_anybody_all_day(cast):
    """Also not by taking them back in between."""
    for _time in range(LETTERS_TO_ONE_A_DAY):
        made = actions.invite(cast.community, by=cast.steward, email="bo@example.org")
        actions.revoke_invitation(made.pk, by=cast.steward)
    with pytest.raises(Refusal, match="many letters") as refusal:
        actions.invite(cast.community, by=cast.steward, email="BO@example.org ")
    assert refusal.value.field == "email"
    for number in range(LETTERS_A_DAY - LETTERS_TO_ONE_A_DAY):
        made = actions.invite(cast.community, by=cast.steward, email=f"n{number}@example.org")
        actions.revoke_invitation(made.pk, by=cast.steward)
    with pytest.raises(Refusal, match="many letters"):
        actions.invite(cast.community, by=cast.steward, email="one-more@example.org")
    assert actions.invite(cast.community, by=cast.steward).uses_left == 1  # a link can still be made


def test_an_unlisted_community_does_not_exist_for_a_stranger(cast):
    Community.objects.update(listed=False)
    with pytest.raises(Community.DoesNotExist):
        actions.join(cast.community, by=cast.outsider)


def test_an_invitation_opens_any_door_as_often_as_it_says(cast):
    Community.objects.update(joining=Joining.INVITATION, listed=False)
    invitation = actions.invite(cast.community, by=cast.steward, uses=1)
    assert actions.join(cast.community, by=cast.outsider, invitation_key=invitation.key).is_active
    with pytest.raises(Community.DoesNotExist):
        actions.join(cast.community, by=make.member("Bo"), invitation_key=invitation.key)
    invitation.refresh_from_db()
    assert (invitation.uses_left, invitation.used) == (0, 1)


def test_an_invitation_runs_out_and_can_be_revoked(cast):
    Community.objects.update(joining=Joining.INVITATION)
    old = actions.invite(cast.community, by=cast.steward, days=1, now=timezone.now() - timedelta(days=2))
    revoked = actions.invite(cast.community, by=cast.steward)
    actions.revoke_invitation(revoked.pk, by=cast.steward)
    for key in (old.key, revoked.key, "no-such-key", ""):
        with pytest.raises(Refusal, match="by invitation"):
            actions.join(cast.community, by=cast.outsider, invitation_key=key)


def test_an_invitation_by_mail_needs_no_key_and_shows_the_community(cast):
    Community.objects.update(joining=Joining.INVITATION, listed=False)
    assert not Community.objects.known_to(cast.outsider).exists()
    actions.invite(cast.community, by=cast.steward, email=cast.outsider.email.upper())
    assert Community.objects.known_to(cast.outsider).get() == cast.community
    assert actions.join(cast.community, by=cast.outsider).is_active


@pytest.mark.parametrize(("facts", "field"), [({"uses": 0}, "uses"), ({"uses": 201}, "uses"), ({"days": 91}, "days")])
def test_an_invitation_has_its_limits(cast, facts, field):
    with pytest.raises(Refusal) as refusal:
        actions.invite(cast.community, by=cast.steward, **facts)
    assert refusal.value.field == field and not Invitation.objects.exists()


def test_only_stewards_invite(cast):
    with pytest.raises(Refusal, match="Only a steward"):
        actions.invite(cast.community, by=cast.neighbour)


def test_the_last_steward_is_asked_to_hand_on_the_role(cast):
    with pytest.raises(Refusal, match="needs a steward"):
        actions.leave(cast.community, by=cast.steward)
    with pytest.raises(Refusal, match="needs a steward"):
        actions.set_role(cast.steward.memberships.get().pk, Role.MEMBER, by=cast.steward)
    actions.set_role(cast.neighbour.memberships.get().pk, Role.STEWARD, by=cast.steward)
    assert actions.leave(cast.community, by=cast.steward).standing == Standing.LEFT


def test_the_last_one_to_leave_closes_the_door(cast):
    actions.leave(cast.community, by=cast.neighbour)
    actions.invite(cast.community, by=cast.steward)
    actions.leave(cast.community, by=cast.steward)
    cast.community.refresh_from_db()
    assert (cast.community.listed, cast.community.joining, cast.community.people) == (False, Joining.INVITATION, 0)
    assert not Invitation.objects.exists()


def test_who_comes_back_is_a_plain_member_again(cast):
    row = cast.neighbour.memberships.get()
    actions.set_role(row.pk, Role.TREASURER, by=cast.steward)
    actions.leave(cast.community, by=cast.neighbour)
    back = actions.join(cast.community, by=cast.neighbour)
    assert (back.pk, back.role, back.treasurer) == (row.pk, Role.MEMBER, False)


def test_leaving_and_removing_are_told_after_the_commit(cast, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        actions.remove(cast.neighbour.memberships.get().pk, by=cast.steward)
    assert heard == [] and len(callbacks) == 1
    callbacks[0]()
    assert heard == [("membership_ended", "Ana")]


def test_a_steward_cannot_remove_themselves(cast):
    with pytest.raises(Refusal, match="leave the community"):
        actions.remove(cast.steward.memberships.get().pk, by=cast.steward)


def test_founding_makes_a_steward_who_keeps_the_books(cast):
    community = actions.found(
        by=cast.outsider, name="Old Mill", lat=48.05, lon=7.9, time_zone="Europe/Zurich", rules="Be kind."
    )
    row = community.memberships.get()
    assert (row.role, row.is_treasurer, row.rules_accepted, community.people) == (Role.STEWARD, True, 1, 1)
    assert (community.slug, community.currency, community.country) == ("old-mill", "CHF", "CH")


def test_two_communities_of_one_name_have_two_addresses(cast):
    made = [actions.found(by=cast.outsider, name=name, lat=1, lon=1) for name in ("Old Mill", "Old Mill", "水車")]
    assert len({community.slug for community in made}) == 3 and made[2].slug.startswith("community-")


def test_new_rules_must_be_accepted_anew(cast):
    actions.write_rules(cast.community, "Version one.", by=cast.steward)
    second = actions.write_rules(cast.community, "Version two.", by=cast.steward)
    assert actions.write_rules(cast.community, "Version two.", by=cast.steward) == second
    with pytest.raises(Refusal, match="have changed"):
        actions.accept_rules(cast.community, 1, by=cast.neighbour)
    assert actions.accept_rules(cast.community, 2, by=cast.neighbour).rules_accepted == 2
    assert cast.steward.memberships.get().rules_accepted == 2


def test_two_at_once_are_answered_and_not_failed(client, cast, monkeypatch):
    """The last use of a link, and leaving twice: what was there for the page is gone for the action."""
    Community.objects.update(listed=False, joining=Joining.INVITATION)
    link, url = actions.invite(cast.community, by=cast.steward), f"/c/{cast.community.slug}"
    monkeypatch.setattr(actions.invitations, "usable", lambda *_asked: None)
    client.force_login(cast.outsider)
    assert client.post(f"{url}/join/", {"invitation": link.key}).status_code == 404
    said = {"invitation_key": link.key}
    path = f"/api/v1/communities/{cast.community.slug}/join/"
    assert client.post(path, said, content_type="application/json").status_code == 404

    def left_already(community, *, by):
        raise Membership.DoesNotExist

    monkeypatch.setattr(actions, "leave", left_already)
    client.force_login(cast.neighbour)
    assert client.post(f"{url}/leave/").status_code == 404
