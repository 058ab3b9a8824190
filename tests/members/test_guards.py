"""What the database refuses or keeps up to date on its own, tried with no action in the way."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from members import actions
from members.guards import keeps_a_steward
from members.models import Member, Membership
from members.states import Role, Standing
from sharing.db.guards import refused_by
from sharing.web.refusals import Refusal
from tests import factories as make
from tests.members.cast import rules

pytestmark = pytest.mark.django_db


def test_house_rules_once_written_cannot_be_rewritten():
    written = rules(make.community())
    with pytest.raises(IntegrityError, match="house_rules_are_never_rewritten"), transaction.atomic():
        type(written).objects.filter(pk=written.pk).update(text="Anything goes.")


@pytest.mark.parametrize("change", [{"role": Role.MEMBER}, {"standing": Standing.LEFT}])
def test_the_only_steward_cannot_go_while_others_stay(cast, change):
    row = cast.steward.memberships.get()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Membership.objects.filter(pk=row.pk).update(**change)
    assert refused_by(error.value, keeps_a_steward.name)


def test_the_only_member_may_go_but_not_just_lay_down_the_role():
    community = make.community()
    steward = make.member("Cleo", of=community, role=Role.STEWARD)
    with pytest.raises(IntegrityError), transaction.atomic():
        steward.memberships.update(role=Role.MEMBER)
    assert steward.memberships.update(standing=Standing.LEFT) == 1


def test_a_second_steward_sets_the_first_one_free(cast):
    make.member("Bo", of=cast.community, role=Role.STEWARD)
    assert cast.steward.memberships.update(standing=Standing.LEFT) == 1


def test_people_are_counted_on_every_path_into_the_table():
    community = make.community()
    people = [make.member(f"M{n}", of=community) for n in range(3)]
    assert _people(community) == 3
    people[0].memberships.update(standing=Standing.LEFT)
    assert _people(community) == 2
    people[0].memberships.update(standing=Standing.ACTIVE)
    people[1].memberships.update(standing=Standing.REMOVED)
    people[2].memberships.all().delete()
    applicants = [make.member(f"A{n}") for n in range(2)]
    Membership.objects.bulk_create(
        Membership(member=one, community=community, standing=Standing.APPLIED) for one in applicants
    )
    assert _people(community) == 1


def test_a_directory_is_sorted_by_the_name_one_bears_now(cast):
    assert cast.neighbour.memberships.get().sort_key == "ana"
    Member.objects.filter(pk=cast.neighbour.pk).update(name="Xenia")
    assert cast.neighbour.memberships.get().sort_key == "xenia"


def test_one_member_has_one_membership_of_a_community(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(member=cast.neighbour, community=cast.community, standing=Standing.APPLIED)


def test_an_address_belongs_to_one_member_however_it_is_spelt():
    make.member("Ana", email="ana@test.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.member("Ana", email="ANA@test.example")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_action", [True, False])
def test_of_two_stewards_who_leave_at_once_one_is_held_back(by_action):
    community = make.community()
    make.member("Ana", of=community)
    pair = [make.member(name, of=community, role=Role.STEWARD) for name in ("Cleo", "Bo")]
    together, held_back = threading.Barrier(2), []

    def go(member: Member) -> None:
        try:
            together.wait(10)
            if by_action:
                actions.leave(community, by=member)
            else:
                with transaction.atomic():
                    Membership.objects.filter(member=member).update(standing=Standing.LEFT)
        except (Refusal, IntegrityError):
            held_back.append(member)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[member]) for member in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(held_back) == 1
    assert list(Membership.objects.active().filter(role=Role.STEWARD).values_list("member", flat=True)) == [
        held_back[0].pk
    ]


def _people(community) -> int:
    community.refresh_from_db()
    return community.people
