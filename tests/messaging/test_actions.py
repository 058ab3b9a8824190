"""Conversations, marks, event lines, notifications and letters, without a socket."""


import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from messaging import actions, inbox, lines, presence, threads, unread
from messaging.actions import conversations
from messaging.hub import hub
from messaging.models import Notification, Participant
from messaging.states import ConversationKind
from sharing.web.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return make.member("Ana"), make.member("Bo")


@pytest.fixture
def heard(monkeypatch):
    """What the hub was told, in order."""
    told = []
    monkeypatch.setattr(hub, "tell", lambda members, frame, **_: told.append((sorted(members), frame)))
    monkeypatch.setattr(hub, "cut", lambda member, code, **_: told.append((member, code)))
    return told


def test_the_hub_hears_of_a_message_only_after_the_commit(pair, heard, django_capture_on_commit_callbacks):
    ana, bo = pair
    talk = actions.direct(ana, bo)

    with django_capture_on_commit_callbacks(execute=True):
        actions.post(talk.pk, by=ana, body="hello", client_id="1")
        assert heard == []

    ((members, frame),) = heard
    assert members == [ana.pk, bo.pk] and '"body":"hello"' in frame and '"sequence":1' in frame


def test_a_dead_hub_does_not_undo_the_deed(pair, monkeypatch, django_capture_on_commit_callbacks):
    def fail(*_args, **_more):
        raise OSError("no bus")

    ana, bo = pair
    talk = actions.direct(ana, bo)
    monkeypatch.setattr(hub, "tell", fail)

    with django_capture_on_commit_callbacks(execute=True):
        actions.post(talk.pk, by=ana, body="hello", client_id="1")

    assert talk.messages.count() == 1


@pytest.mark.parametrize(
    ("body", "client_id", "field"),
    [("", "1", "body"), ("  \n ", "1", "body"), ("x" * 8001, "1", "body"), ("a\x00b", "1", "body"),
     ("\ud800", "1", "body"), ("a", "", "client_id"), ("a", "x" * 65, "client_id"), ("a", "a\x00", "client_id"),
     ("a", "a\nb", "client_id")],
)
def test_what_cannot_be_kept_is_refused_at_its_field(pair, body, client_id, field):
    ana, bo = pair
    with pytest.raises(Refusal) as refused:
        actions.post(actions.direct(ana, bo).pk, by=ana, body=body, client_id=client_id)
    assert refused.value.field == field


def test_a_client_id_of_another_conversation_is_refused(pair):
    ana, bo = pair
    actions.post(actions.direct(ana, bo).pk, by=ana, body="a", client_id="1")
    other = actions.direct(ana, make.member("Cleo"))
    with pytest.raises(Refusal) as refused:
        actions.post(other.pk, by=ana, body="a", client_id="1")
    assert refused.value.code == "client_id_used"


def test_strangers_and_those_who_left_are_not_inside(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for deed in (
        lambda who: actions.post(talk.pk, by=who, body="a", client_id="1"),
        lambda who: actions.mark_seen(talk.pk, who.pk, 1),
        lambda who: threads.load(talk, who),
        lambda who: threads.since(talk.pk, who.pk, 0, 10),
    ):
        with pytest.raises(actions.NotInside):
            deed(make.member("Zoe"))
    actions.remove(talk.pk, bo)
    with pytest.raises(actions.NotInside):
        actions.post(talk.pk, by=bo, body="a", client_id="1")
    actions.add(talk.pk, bo)
    assert actions.post(talk.pk, by=bo, body="a", client_id="1").sequence == 1


def test_nobody_talks_to_themselves(pair):
    with pytest.raises(Refusal):
        actions.direct(pair[0], pair[0])


def test_marks_go_forward_only_and_never_beyond_what_was_said(pair, heard, django_capture_on_commit_callbacks):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(3):
        actions.post(talk.pk, by=ana, body="a", client_id=str(number))

    assert actions.mark_seen(talk.pk, bo.pk, 99) == 3
    assert actions.mark_seen(talk.pk, bo.pk, 1) == 1
    assert Participant.objects.get(conversation=talk, member=bo).seen_seq == 3
    assert Participant.objects.get(conversation=talk, member=ana).seen_seq == 3  # who writes has read


def test_an_event_line_reads_in_the_language_of_its_reader(pair):
    lines.register("test.yes", lambda params: f"{gettext_lazy('Yes')}: {params['name']}")
    talk = actions.direct(*pair)
    with translation.override("de"):
        line = actions.post_event(talk.pk, "test.yes", {"name": "Bo"}, by=pair[1])
    assert line.body == "Yes: Bo"
    with translation.override("de"):
        assert lines.text(line) == f"{translation.gettext('Yes')}: Bo"
    assert lines.render("no.such.code", {}, "stored") == "stored"
    assert lines.render("test.yes", {}, "stored") == "stored"


def test_an_event_stands_or_falls_with_the_deed_it_tells_of(pair):
    from django.db import transaction

    talk = actions.direct(*pair)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.post_event(talk.pk, "x", {})
        _ = 1 / 0
    assert talk.messages.count() == 0
    assert actions.post_event(talk.pk, "x", {}).sequence == 1


# --- unread, threads, inbox ---------------------------------------------------------------------------


def test_unread_counts_conversations_and_notifications_in_one_statement(pair, django_assert_num_queries):
    ana, bo = pair
    cleo = make.member("Cleo")
    for other in (ana, cleo):
        talk = actions.direct(other, bo)
        for number in range(3):
            actions.post(talk.pk, by=other, body="a", client_id=str(number))
    for key in "abc":
        actions.notify(bo, kind="community", title="T", url="/", key=key)
    with django_assert_num_queries(1):
        counts = unread.Unread(bo.pk)
        assert (counts.messages, counts.notifications) == (2, 3)
    actions.mark_seen(talk.pk, bo.pk, 3)
    actions.mark_read(bo, [Notification.objects.first().pk])
    counts = unread.Unread(bo.pk)
    assert (counts.messages, counts.notifications) == (1, 2)
    summary = {"conversations": [actions.direct(ana, bo).pk], "notifications": 2, "muted": []}
    assert unread.summary(bo.pk) == summary


def test_a_thread_shows_its_newest_page_and_the_way_to_what_came_earlier(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(60):
        actions.post(talk.pk, by=ana if number % 3 else bo, body=f"line {number + 1}", client_id=f"{number}")

    newest = threads.load(talk, bo)
    assert [line.message.sequence for line in newest.lines] == list(range(11, 61)) and newest.earlier == 11
    first = threads.load(talk, bo, before=11)
    assert [line.message.sequence for line in first.lines] == list(range(1, 11)) and first.earlier is None
    assert newest.other == ana and newest.read_up_to == 60 and newest.first_unread in (None, 59, 60)


@pytest.mark.parametrize("count", [1, 3, 24])
def test_a_thread_costs_the_same_however_long_it_is(pair, count, django_assert_num_queries):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(count):
        actions.post(talk.pk, by=ana, body="a", client_id=str(number))
    with django_assert_num_queries(3):
        thread = threads.load(talk, bo)
        assert len(thread.days[0][1]) == count and thread.others[0].photo_url == ""


def test_the_inbox_goes_by_the_newest_word_and_pages_without_doubles(pair):
    ana, _bo = pair
    people = [make.member(f"Neighbour {number}") for number in range(5)]
    for person in people:
        actions.post(actions.direct(ana, person).pk, by=person, body=f"I am {person.name}", client_id="1")
    actions.direct(ana, make.member("Silent"))

    rows, cursor = inbox.page(ana, size=3)
    rest, end = inbox.page(ana, cursor, size=3)
    assert [row.other for row in rows + rest] == people[::-1] and end is None
    assert rows[0].preview == "I am Neighbour 4" and rows[0].unread == 1 and not rows[0].is_mine


# --- notifications ------------------------------------------------------------------------------------


def test_a_notification_is_once_per_cause_and_in_the_recipients_language():
    bo = make.member("Bo", language="de")
    note = actions.notify(bo, kind="community", title=lambda: translation.get_language(), url="/x/", key="one")
    assert note.title == "de"
    assert actions.notify(bo, kind="community", title="again", url="/x/", key="one") is None
    assert Notification.objects.count() == 1


def test_nobody_is_rung_for_what_they_are_reading(pair, heard, django_capture_on_commit_callbacks):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    presence.arrive(bo.pk, talk.pk)
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(bo, kind="community", title="T", url="/x/", key="1", needs_answer=True, conversation=talk.pk)
    note = Notification.objects.get()
    assert heard == [] and note.read is not None and not note.unplanned

    presence.depart(bo.pk, talk.pk, gone=True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.notify(bo, kind="community", title="T", url="/x/", key="2", needs_answer=True, conversation=talk.pk)
    assert len(heard) == 1 and Notification.objects.get(key="2").unplanned


def test_a_group_has_its_subject_for_a_title():
    people = [make.member(name) for name in ("Ana", "Bo", "Cleo")]
    ride = actions.open_conversation(ConversationKind.CAR, people, subject="Ride to Basel", url="/bookings/1/")
    assert threads.load(ride, people[0]).title == "Ride to Basel"
    assert threads.load(ride, people[0]).other is None


def test_nobody_writes_to_a_whole_directory_in_a_day(monkeypatch):
    monkeypatch.setattr(conversations, "BEGUN_A_DAY", 3)
    ana, *others = [make.member(f"M{number}") for number in range(6)]
    for other in others[:2]:
        actions.direct(ana, other)
    actions.about("listing:1:1", ana, [others[2]], subject="Drill", url="/listings/1/")
    for begin in (
        lambda: actions.direct(ana, others[3]),
        lambda: actions.about("listing:2:1", ana, [others[3]], subject="Saw", url="/listings/2/"),
    ):
        with pytest.raises(Refusal) as refusal:
            begin()
        assert refusal.value.code == "too_many"
    assert actions.direct(ana, others[0]) and actions.about("listing:1:1", ana, [others[2]], subject="", url="/")
    assert actions.direct(others[3], ana)  # whoever writes to her is counted alone
