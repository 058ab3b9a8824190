"""Care: places and the line, done and confirmed by another, hours, thanks paid once within what was decided."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from bookings import availability, upkeep
from bookings.models import Claim
from cooperative import actions, care
from cooperative.care.repeating import later
from cooperative.models import CareSeat, CareTask, Charter
from cooperative.states import TaskState
from listings.models import Listing, Purchase, SavedNote
from members import actions as members
from members.models import Membership
from members.states import Role
from messaging.models import Notification
from payments import ledger
from payments.models import Transfer
from payments.states import AccountKind
from sharing.values.period import Period
from sharing.web.refusals import Refusal
from tests import factories
from tests.payments.test_ledger import at_once

from .test_decisions import count, fund, house, make_house, opened, pool_of, run, votes

__all__ = ["house"]
pytestmark = pytest.mark.django_db
SOON = timezone.now() + timedelta(days=3)


@pytest.fixture
def shed(house):
    """A community whose first member is its steward, and which thanks with up to €50 a month."""
    community, people = house
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    settle(community, people, 5000)
    return community, people


def settle(community, people, minor: int) -> None:
    rule = opened(community, people[0], kind="rule", title="Care", terms={"care_minor": minor})
    votes(rule, people, "yes", "yes")
    count(rule)
    assert Charter.objects.filter(community=community).first().care_minor == minor


def task(community, by, **facts) -> CareTask:
    return care.create(community, by=by, **{"title": "Oil the chain", "due": SOON} | facts)


def done(community, steward, *doers, minutes=(), confirmed_by=None, **facts) -> CareTask:
    made = task(community, steward, places=len(doers), **facts)
    for doer, each in zip(doers, (*minutes, *[None] * len(doers)), strict=False):
        care.take(made.pk, by=doer)
        if each:
            care.note(made.pk, by=doer, minutes=each)
    care.say_done(made.pk, by=doers[0])
    return care.confirm(made.pk, by=confirmed_by or steward)


def wallet(community, member) -> int:
    return ledger.account(AccountKind.WALLET, community, member).balance_minor


# --- the life of a task ---------------------------------------------------------------------------


def test_a_member_suggests_and_a_steward_agrees(shed):
    community, [ana, bo, cy, *_] = shed
    made = task(community, bo)
    assert made.state == TaskState.SUGGESTED and Notification.objects.get(kind="care_suggested").member == ana
    with pytest.raises(Refusal):
        care.take(made.pk, by=cy)
    with pytest.raises(Refusal, match="steward"):
        care.agree(made.pk, by=bo)
    care.change(made.pk, by=bo, title="Oil the chain and the lock")
    assert care.agree(made.pk, by=ana).state == TaskState.OPEN
    with pytest.raises(Refusal, match="steward"):
        care.change(made.pk, by=bo, title="Something else")


def test_places_fill_and_the_line_moves_up(shed):
    community, [ana, bo, cy, di, _ed] = shed
    made = task(community, ana, places=1)
    assert [care.take(made.pk, by=who).waits for who in (bo, cy, di, bo)] == [False, True, True, False]
    care.give_up(made.pk, by=bo)
    assert list(CareSeat.objects.order_by("pk").values_list("member", "waits")) == [(cy.pk, False), (di.pk, True)]
    assert Notification.objects.get(kind="care_place").member == cy
    with pytest.raises(Refusal, match="not taken"):
        care.say_done(made.pk, by=di)
    with pytest.raises(Refusal):
        care.take(made.pk, by=factories.member("Zoe"))


def test_somebody_who_took_no_part_confirms_it(shed):
    community, [ana, bo, cy, *_] = shed
    made = task(community, ana, places=2)
    for who in (bo, ana):
        care.take(made.pk, by=who)
    with pytest.raises(Refusal):
        care.confirm(made.pk, by=cy)
    care.say_done(made.pk, by=bo, minutes=45)
    for who in (bo, ana):  # a steward who took part does not confirm it either
        with pytest.raises(Refusal, match="took part"):
            care.confirm(made.pk, by=who)
    care.not_yet(made.pk, by=cy, word="The lock squeaks.")
    assert CareTask.objects.get().state == TaskState.OPEN
    care.say_done(made.pk, by=bo)
    confirmed = care.confirm(made.pk, by=cy)
    assert confirmed.state == TaskState.CONFIRMED and confirmed.confirmed_by == cy
    assert dict(CareSeat.objects.values_list("member", "minutes")) == {bo.pk: 45, ana.pk: 60}
    with pytest.raises(Refusal):
        care.confirm(made.pk, by=cy)
    care.thank(made.pk, by=cy, words="At last it is quiet.")
    care.thank(made.pk, by=cy, words="At last it is quiet!")
    assert Notification.objects.filter(kind="care_thanks").count() == 2
    with pytest.raises(Refusal):
        care.thank(made.pk, by=bo)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"title": " "}, "title"), ({"due": None}, "due"), ({"starts": SOON + timedelta(hours=1)}, "due"),
     ({"places": 0}, "places"), ({"minutes": True}, "minutes"), ({"rhythm": "daily"}, "rhythm"),
     ({"thing": 99}, "thing"), ({"blocks": True}, "thing"), ({"credit_minor": -1}, "credit_minor"),
     ({"details": "a\0"}, "details"), ({"due": SOON + timedelta(days=9999)}, "due")],
)
def test_what_makes_no_sense_is_refused_at_its_field(shed, facts, field):
    community, [ana, *_] = shed
    with pytest.raises(Refusal) as refused:
        task(community, ana, **facts)
    assert refused.value.field == field and not CareTask.objects.exists()


def test_a_member_decides_neither_on_thanks_nor_on_closing_a_thing(shed):
    community, [ana, bo, *_] = shed
    drill = factories.listing(of=community, commons=True)
    for facts in ({"credit_minor": 100}, {"thing": drill.pk, "blocks": True}):
        with pytest.raises(Refusal, match="steward"):
            task(community, bo, **facts)
    with pytest.raises(Refusal):
        task(community, ana, thing=factories.listing(bo).pk)  # a member's own things are theirs to keep
    assert task(community, bo, thing=drill.pk).thing == drill.pk


# --- thanks from the pool -------------------------------------------------------------------------


def test_thanks_are_shared_by_the_time_it_took_and_paid_once(shed):
    community, [ana, bo, cy, di, _ed] = shed
    before = pool_of(community)
    made = done(community, ana, bo, cy, di, minutes=(10, 10, 10), credit_minor=1000)
    assert [wallet(community, who) for who in (bo, cy, di)] == [334, 333, 333] and pool_of(community) == before - 1000
    care.pay(made.pk)
    assert care.pay_what_waits() == 0 and Transfer.objects.filter(kind="care").count() == made.transfers.count() == 3


def test_thanks_are_confirmed_by_a_steward_or_treasurer_alone(shed):
    community, [ana, bo, cy, *_] = shed
    with pytest.raises(Refusal, match="steward or treasurer"):
        done(community, ana, bo, credit_minor=100, confirmed_by=cy)
    with pytest.raises(Refusal, match="took part"):
        done(community, ana, ana, credit_minor=100)


def test_what_is_noted_in_the_moment_of_the_look_is_not_confirmed_unseen(shed, client):
    community, (steward, ana, bo, *_) = shed
    made = task(community, steward, places=2, minutes=30, credit_minor=1000)
    for who in (ana, bo):
        care.take(made.pk, by=who)
    care.say_done(made.pk, by=ana, minutes=1100)
    client.force_login(steward)
    page = client.get(made.get_absolute_url()).content.decode()
    assert 'name="seen" value="1130"' in page
    care.note(made.pk, by=bo, minutes=10_000)
    address = reverse("care_step", args=[community.slug, made.pk, "confirm"])
    shown = client.post(address, {"seen": "1130"}, follow=True).content.decode()
    assert "noted another time meanwhile" in shown and 'value="11100"' in shown
    api = APIClient()
    api.force_authenticate(steward)
    by_api = f"/api/v1/communities/{community.slug}/care/{made.pk}/confirm/"
    assert api.post(by_api, {"seen": 1130}).status_code == 409 and not Transfer.objects.filter(kind="care").exists()
    care.note(made.pk, by=bo, minutes=30)
    client.post(address, {"seen": "1130"})
    assert CareTask.objects.get(pk=made.pk).state == TaskState.CONFIRMED


def test_no_more_is_paid_in_a_month_than_was_decided(shed):
    community, [ana, bo, *_] = shed
    done(community, ana, bo, credit_minor=3000)
    late = done(community, ana, bo, credit_minor=3000)
    assert late.paid is None and care.left_this_month(community) == 2000
    assert care.pay_what_waits(timezone.now() + timedelta(days=32)) == 1 and wallet(community, bo) == 6000


def test_without_a_decision_or_without_money_thanks_wait():
    community, people = make_house(pool=0)
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    undecided = done(community, people[0], people[1], credit_minor=100)
    assert undecided.paid is None and wallet(community, people[1]) == 0
    settle(community, people, 5000)
    assert care.pay_what_waits() == 0
    fund(community, 500)
    assert care.pay_what_waits() == 1 and wallet(community, people[1]) == 100


@pytest.mark.django_db(transaction=True)
def test_threads_that_pay_at_once_pay_once():
    community, people = make_house()
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    made = done(community, people[0], people[1], credit_minor=100)
    settle(community, people, 5000)
    answers = at_once(4, lambda _index: care.pay(made.pk).paid)
    assert all(answers) and len(set(answers)) == 1 and wallet(community, people[1]) == 100


@pytest.mark.django_db(transaction=True)
def test_threads_that_take_the_last_place_take_it_once():
    community, people = make_house()
    Membership.objects.filter(member=people[0]).update(role=Role.STEWARD)
    made = task(community, people[0])
    answers = at_once(4, lambda index: care.take(made.pk, by=people[index + 1]).waits)
    assert sorted(answers) == [False, True, True, True]


def test_not_even_raw_sql_changes_what_was_confirmed(shed):
    community, [ana, bo, *_] = shed
    done(community, ana, bo, credit_minor=100)
    for change in ("state = 'open'", "credit_minor = 900", "paid = null"):
        with pytest.raises(IntegrityError, match="confirmed_care_does_not_change"):
            run(f"update cooperative_caretask set {change}")


# --- again, and reminders -------------------------------------------------------------------------


def test_a_task_that_comes_back_is_written_down_again_once_at_the_same_local_time():
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 22, 8, tzinfo=UTC)  # 9:00 in winter, and again 9:00 in summer
    assert later(start, "week", 1, berlin) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert later(datetime(2026, 1, 31, 11, tzinfo=UTC), "month", 1, berlin) == datetime(2026, 2, 28, 11, tzinfo=UTC)
    assert later(datetime(2026, 11, 30, 11, tzinfo=UTC), "quarter", 1, berlin).month == 2
    assert later(datetime(2028, 2, 29, 11, tzinfo=UTC), "year", 1, berlin).day == 28


def test_the_next_one_lies_ahead_and_asks_for_new_people(shed):
    community, [ana, bo, *_] = shed
    long_ago = timezone.now() - timedelta(days=100)
    made = done(community, ana, bo, due=long_ago, rhythm="month")
    following = CareTask.objects.get(follows=made)
    assert following.state == TaskState.OPEN and following.due > timezone.now() and not following.seats.exists()
    assert following.due - timezone.now() < timedelta(days=32)


def test_who_is_in_is_reminded_the_day_before_once(shed):
    community, [ana, bo, cy, *_] = shed
    made = task(community, ana, starts=SOON, due=SOON + timedelta(hours=3))
    for who in (bo, cy):  # Cy waits in line
        care.take(made.pk, by=who)
    assert care.remind(SOON - timedelta(hours=30)) == 0
    assert [care.remind(SOON - timedelta(hours=hours)) for hours in (20, 19)] == [1, 0]
    assert Notification.objects.get(kind="care_soon").member == bo


def test_who_leaves_gives_their_places_back(shed, django_capture_on_commit_callbacks):
    community, [ana, bo, *_] = shed
    care.take(task(community, ana).pk, by=bo)
    with django_capture_on_commit_callbacks(execute=True):
        members.leave(community, by=bo)
    assert not CareSeat.objects.exists()


# --- what is due keeps its thing closed -----------------------------------------------------------


def closed(listing, days: float) -> bool:
    at = timezone.now() + timedelta(days=days)
    return not availability.is_free(listing, Period(at, at + timedelta(days=1)), 1).free


def test_what_is_due_closes_its_listing_until_it_is_done(shed):
    community, [ana, bo, *_] = shed
    drill = factories.listing(of=community, commons=True, capacity=2)
    at = timezone.now() + timedelta(days=20)
    Claim.objects.create(listing=drill, starts=at, ends=at + timedelta(days=2), quantity=1)
    made = task(community, ana, due=timezone.now() + timedelta(days=10), thing=drill.pk, blocks=True)
    assert [closed(drill, days) for days in (5, 12, 20.5, 30)] == [False, True, True, True]
    assert Claim.objects.filter(kind="booking").count() == 1  # what was agreed before is kept
    upkeep.renew_all()
    care.take(made.pk, by=bo)
    care.say_done(made.pk, by=bo)
    assert closed(drill, 12)
    care.confirm(made.pk, by=ana)
    assert not closed(drill, 12) and not Claim.objects.filter(kind="repair").exists()


def test_what_is_called_off_or_moved_opens_again(shed):
    community, [ana, *_] = shed
    drill = factories.listing(of=community, commons=True)
    made = task(community, ana, due=timezone.now() + timedelta(days=10), thing=drill.pk, blocks=True)
    care.change(made.pk, by=ana, due=timezone.now() + timedelta(days=40))
    assert [closed(drill, days) for days in (12, 45)] == [False, True]
    assert SavedNote.objects.filter(listing_id=drill.pk, dates=True).exists()  # who waits for the days between is told
    SavedNote.objects.all().delete()
    upkeep.renew_all()
    upkeep.renew_all(timezone.now() + timedelta(days=50))
    assert not SavedNote.objects.exists()
    care.cancel(made.pk, by=ana)
    assert not closed(drill, 45)


def test_what_the_pool_bought_becomes_a_draft_listing_once(shed, client):
    community, people = shed
    terms = {"minor": 900, "payee": "Shop", "commons": {"title": "Ladder", "kind": "tool"}}
    proposal = opened(community, people[0], terms=terms)
    votes(proposal, people, "yes", "yes")
    count(proposal)
    actions.execute(proposal.pk)
    listing = Listing.objects.get()
    assert (listing.title, listing.owner, listing.state, listing.community) == ("Ladder", None, "draft", community)
    assert Purchase.objects.get().proposal == proposal
    for person, seen in ((people[0], "Complete and publish"), (people[1], "The stewards have begun")):
        client.force_login(person)
        assert seen in client.get(proposal.get_absolute_url()).content.decode()


# --- pages and API --------------------------------------------------------------------------------


def test_from_the_form_to_the_thanks(shed, client):
    community, [ana, bo, *_] = shed
    form = {"title": "Open the shed", "due": f"{SOON:%Y-%m-%dT%H:%M}", "places": "1", "minutes": "120", "credit": "5"}
    new, index = (reverse(name, args=[community.slug]) for name in ("care_new", "care"))
    client.force_login(ana)
    assert client.post(new, form | {"due": ""}).status_code == 422
    page = client.post(new, form).url
    made = CareTask.objects.get()
    typed = SOON.replace(second=0, microsecond=0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert (made.credit_minor, made.due) == (500, typed)
    client.force_login(bo)
    assert "Open the shed" in client.get(index).content.decode()
    assert client.get(reverse("care_edit", args=[community.slug, made.pk])).status_code == 404
    client.post(f"{page}take/")
    assert "Open the shed" in client.get("/").content.decode()
    assert client.post(f"{page}done/", {"minutes": "0"}).status_code == 422
    client.post(f"{page}done/", {"minutes": "100"})
    client.force_login(ana)
    assert "Yes, I have seen it" in client.get(page).content.decode()
    client.post(f"{page}confirm/")
    client.post(f"{page}thank/", {"words": "Warm and dry!"})
    html = client.get(page).content.decode()
    assert "Warm and dry!" in html and "100 minutes" in html and "entry" in html and "style=" not in html
    client.force_login(factories.member("Zoe", of=factories.community("Far away")))
    assert [client.get(address).status_code for address in (index, page, new)] == [404, 404, 404]
    assert client.post(f"{page}take/").status_code == 404


def test_lists_take_as_many_statements_with_few_as_with_many(shed, client):
    community, [ana, bo, *_] = shed
    drill = factories.listing(of=community, commons=True)
    client.force_login(bo)
    counts = set()
    for more in (1, 4, 12):
        for _each in range(more):
            care.take(task(community, ana, thing=drill.pk).pk, by=bo)
            done(community, ana, bo)
        for name, args in (("care", []), ("care_task", [CareTask.objects.first().pk])):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name, args=[community.slug, *args])).status_code == 200
            counts.add((name, len(captured)))
    assert len(counts) == 2 and max(number for _name, number in counts) <= 11, counts


def test_the_api_does_all_of_it(shed):
    community, [ana, bo, *_] = shed
    base = f"/api/v1/communities/{community.slug}/care/"
    steward, member, stranger = APIClient(), APIClient(), APIClient()
    for client, who in ((steward, ana), (member, bo), (stranger, factories.member("Zoe"))):
        client.force_authenticate(who)
    asked = {"title": "Oil it", "due": SOON.isoformat()}
    assert member.post(base, asked | {"credit_minor": 5}, format="json").status_code == 400
    one = member.post(base, asked, format="json").json()
    assert one["state"] == "suggested"
    at = f"{base}{one['id']}/"
    assert stranger.get(base).status_code == stranger.get(at).status_code == 404
    assert stranger.post(f"{at}take/").status_code == 404
    assert member.post(f"{at}agree/").status_code == 409
    assert steward.post(f"{at}agree/").json()["state"] == "open"
    assert steward.patch(at, {"minutes": 20}, format="json").json()["minutes"] == 20
    assert member.post(f"{at}take/").json()["mine"] is True
    assert member.post(f"{at}note/", {}, format="json").status_code == 400
    assert member.post(f"{at}done/", {"minutes": 30}, format="json").json()["state"] == "done"
    assert member.post(f"{at}confirm/").status_code == 409
    confirmed = steward.post(f"{at}confirm/").json()
    assert confirmed["state"] == "confirmed" and confirmed["seats"][0]["minutes"] == 30
    assert [row["id"] for row in member.get(base, {"state": "confirmed"}).json()["results"]] == [one["id"]]
    assert member.get(base, {"state": "x"}).status_code == 400
