"""What × where: every kind has its topic, every member their choices."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from messaging import actions
from messaging.models import Delivery, Notification, NotificationChoice
from messaging.notices import choices, letters, planning, topics
from messaging.notices.table import rows_of, save
from messaging.notices.topics import TOPICS, Way
from sharing.web.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db

ROOMS = ("bookings", "listings", "cooperative", "payments", "messaging", "members")


def kinds_in_the_code() -> set[str]:
    """The kinds that stand as words in a call to notify or notify_all."""
    found = set()
    for room in ROOMS:
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("notify", "notify_all"):
                    found |= {_begins(word.value) for word in node.keywords if word.arg == "kind"}
    return found - {""}


def _begins(kind: ast.expr) -> str:
    """The kind, or what it begins with when the rest is put in at run time; "" when it is a name."""
    if isinstance(kind, ast.JoinedStr):
        kind = kind.values[0]
    return kind.value if isinstance(kind, ast.Constant) else ""


def test_every_kind_the_product_sends_belongs_to_a_topic():
    found = kinds_in_the_code()
    assert {"want", "payment", "saved_search", "booking.offer"} <= found, "the search through the code finds nothing"
    for kind in found:
        assert topics.topic_of(kind)


def test_what_a_line_of_a_booking_says_has_its_topic():
    from bookings.news import _LINES

    for step in _LINES:
        assert topics.topic_of(f"booking.{step}").key in ("bookings", "handover")
    assert topics.topic_of("booking.remind_pickup").key == topics.topic_of("booking.propose").key == "handover"
    assert topics.topic_of("booking.offer").key == "alerts", "the longest match wins"


def test_a_kind_of_no_topic_fails_here_and_is_community_news_elsewhere(settings):
    ana = make.member("Ana")
    with pytest.raises(topics.UnknownKind, match="weather"):
        actions.notify(ana, kind="weather", title="T", url="/", key="1")
    settings.TESTING = False
    assert topics.topic_of("storm") is TOPICS["community"]
    topics.topic_of.cache_clear()


def test_only_what_differs_is_kept():
    ana = make.member("Ana")
    assert choices.wants(ana, "wants", Way.DIGEST) and not choices.wants(ana, "wants", Way.MAIL)
    choices.choose(ana, "wants", "mail", True)
    assert choices.wants(ana, "wants", Way.MAIL) and NotificationChoice.objects.count() == 1
    choices.choose(ana, "wants", "mail", False)
    assert NotificationChoice.objects.count() == 0


@pytest.mark.parametrize(("topic", "way"), [("money", "mail"), ("money", "bell"), ("messages", "bell")])
def test_what_must_be_told_cannot_be_switched_off(topic, way):
    ana = make.member("Ana")
    with pytest.raises(Refusal) as refused:
        choices.choose(ana, topic, way, False)
    assert refused.value.code == "fixed"
    NotificationChoice.objects.create(member=ana, topic=topic, way=way, on=False)
    assert choices.wants(ana, topic, Way(way)), "a row from nowhere changes nothing"


def test_the_whole_table_is_saved_as_it_is_shown():
    ana = make.member("Ana")
    on = {cell.name for row in rows_of(ana) for cell in row.cells if cell.on}
    assert save(ana, on) == 0
    assert save(ana, on - {"wants.bell", "money.mail"} | {"wants.push"}) == 2, "what is fixed is not asked"
    rows = NotificationChoice.objects.filter(member=ana)
    assert set(rows.values_list("topic", "way", "on")) == {("wants", "bell", False), ("wants", "push", True)}


def test_without_the_bell_it_stands_in_the_list_and_goes_where_else_it_is_wanted(monkeypatch):
    ana = make.member("Ana")
    choices.choose(ana, "wants", "bell", False)
    note = actions.notify(ana, kind="want", title="T", url="/", key="1")
    assert note.read == note.created
    planning.plan_notifications()
    assert Delivery.objects.get().way == Way.DIGEST
    assert not Notification.objects.get().unplanned


def test_switching_off_drops_what_is_on_its_way_but_not_what_waits_for_an_answer():
    ana = make.member("Ana")
    actions.notify(ana, kind="booking.accept", title="T", url="/", key="1")
    asked = actions.notify(ana, kind="booking.request", title="T", url="/", key="2", needs_answer=True)
    planning.plan_notifications()
    choices.choose(ana, "bookings", "mail", False)
    assert Delivery.objects.get().notification == asked
    actions.notify(ana, kind="booking.accept", title="T", url="/", key="3")
    actions.notify(ana, kind="booking.request", title="T", url="/", key="4", needs_answer=True)
    planning.plan_notifications()
    assert set(Delivery.objects.values_list("notification__key", "way")) == {("2", "mail"), ("4", "mail")}


def test_a_room_with_better_words_is_asked_when_all_of_a_letter_is_its_own(monkeypatch):
    ana = make.member("Ana")

    def written(member, notes):
        if any(note.key == "unknown" for note in notes):
            raise LookupError
        known = [note.key for note in notes if note.key != "gone"]
        return topics.Written(f"Ours: {', '.join(known)}", "messaging/email/notification", {}) if known else None

    monkeypatch.setitem(topics._writers, "saved_search", written)

    def letter(*kinds_and_keys):
        Delivery.objects.all().delete()
        for kind, key in kinds_and_keys:
            actions.notify(ana, kind=kind, title=f"T {key}", url="/", key=key)
        planning.plan_notifications()
        rows = list(Delivery.objects.filter(way="mail").select_related("notification").order_by("pk"))
        made = letters.of_bundle(ana, rows, None)
        return made and made.subject

    assert letter(("saved_search", "1"), ("saved_search", "2")) == "Ours: 1, 2"
    assert letter(("saved_search", "3"), ("booking.offer", "4")) == "Waiting lists and saved searches: 2 things"
    assert letter(("saved_search", "unknown")) == "T unknown"
    assert letter(("saved_search", "gone")) is None


def test_planning_costs_the_same_for_many(django_assert_num_queries):
    people = [make.member(f"N{number}") for number in range(6)]

    def told(some, key):
        actions.notify_all(some, kind="booking.accept", title="T", url="/", key=key)

    def plan():
        return planning.plan_notifications()

    told(people[:1], "1")
    with django_assert_num_queries(8):  # begin, notes, choices, boxes, sent, insert, planned, commit
        assert plan() == 1
    told(people, "2")
    with django_assert_num_queries(8):
        assert plan() == 6
