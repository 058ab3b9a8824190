"""Deliveries: one letter for a burst, none for what is known, none at night, and what becomes of failures."""

import smtplib
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from members.models import Member
from messaging import actions, presence
from messaging.models import Delivery, Letterbox, Notification
from messaging.notices import choices, hours, letters, planning, sending
from messaging.notices.topics import Way
from tests import factories as make

pytestmark = pytest.mark.django_db


def tell(member, key="1", *, kind="booking.accept", **facts):
    facts = {"title": f"News {key}", "url": f"/bookings/{key}/"} | facts
    return actions.notify(member, kind=kind, key=key, **facts)


def test_a_letter_waits_two_minutes_and_is_not_sent_for_what_was_read_meanwhile(pair, pass_time):
    _ana, bo = pair
    tell(bo, "1"), tell(bo, "2", kind="want")
    pass_time()
    assert mail.outbox == []
    actions.mark_read(bo)
    pass_time(3)
    assert mail.outbox == [] and not Delivery.objects.filter(way=Way.MAIL).exists()

    note = tell(bo, "3", title="Ana says\nyes", body="Friday")
    pass_time()
    pass_time(3)
    pass_time(4)
    (letter,) = mail.outbox
    assert letter.subject == "Ana says yes" and letter.to == [bo.email]
    assert "/bookings/3/" in letter.body and "Friday" in letter.body and "Friday" in letter.alternatives[0][0]
    note.refresh_from_db()
    assert note.emailed


def test_a_burst_of_one_topic_is_one_letter_and_the_next_keeps_its_distance(pair, pass_time):
    _ana, bo = pair
    for number in range(5):
        tell(bo, str(number))
    tell(bo, "soon", kind="booking.soon")
    pass_time()
    pass_time(3)
    subjects = sorted(letter.subject for letter in mail.outbox)
    assert subjects == ["Bookings: 5 things", "News soon"]
    assert all(f"News {number}" in next(m.body for m in mail.outbox if "5" in m.subject) for number in range(5))

    tell(bo, "late")
    pass_time(4)
    pass_time(8)
    assert len(mail.outbox) == 2, "ten minutes lie between two letters of one topic"
    pass_time(14)
    assert len(mail.outbox) == 3


def test_several_messages_are_one_letter_until_they_are_read(pair, pass_time):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(4):
        actions.post(talk.pk, by=ana, body=f"hello {number}", client_id=str(number))
    pass_time(1)
    assert mail.outbox == []
    pass_time(6)
    pass_time(7)
    (letter,) = mail.outbox
    assert letter.subject == "4 new messages from Ana" and letter.to == [bo.email]
    assert "hello 3" in letter.body and "hello 0" not in letter.body and "One more came before" in letter.body

    actions.mark_seen(talk.pk, bo.pk, 4)
    actions.post(talk.pk, by=ana, body="more", client_id="9")
    pass_time(20)
    assert [letter.subject for letter in mail.outbox[1:]] == ["Ana has written to you"]


def test_no_letter_for_what_was_read_is_being_read_or_is_muted(pair, pass_time):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="hello", client_id="1")
    actions.mark_seen(talk.pk, bo.pk, 1)
    pass_time(6)
    actions.post(talk.pk, by=ana, body="again", client_id="2")
    presence.arrive(bo.pk, talk.pk)
    pass_time(12)
    presence.depart(bo.pk, talk.pk, gone=True)
    assert mail.outbox == [] and not Delivery.objects.exists()
    talk.participants.filter(member=bo).update(muted=True, told_seq=0)
    pass_time(20)
    assert mail.outbox == []


def test_it_is_said_in_the_language_of_whoever_reads(pass_time, monkeypatch):
    from django.utils import translation

    bo = make.member("Bo", language="de", time_zone="Europe/Berlin")
    Letterbox.objects.create(member=bo, quiet=False)
    spoken = []
    monkeypatch.setattr(letters, "render_to_string", lambda *_: spoken.append(
        (translation.get_language(), timezone.get_current_timezone_name())) or "")
    tell(bo)
    pass_time()
    pass_time(3)
    assert spoken == [("de", "Europe/Berlin")] * 2


# --- headers ------------------------------------------------------------------------------------------


def test_a_letter_says_what_it_is(pair, pass_time, settings):
    settings.DEFAULT_FROM_EMAIL = "Elm Street <hello@elm.example>"
    settings.REPLY_ADDRESS = "reply@in.elm.example"
    ana, bo = pair
    talk = actions.direct(ana, bo)
    for number in range(2):
        actions.post(talk.pk, by=ana, body="Is Friday fine?", client_id=str(number))
        pass_time(6 + number * 30)
        actions.mark_seen(talk.pk, bo.pk, number + 1)
    first, second = (letter.message() for letter in mail.outbox)
    assert first["List-Id"] == "<messages.elm.example>" and first["Auto-Submitted"] == "auto-generated"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["List-Unsubscribe"].startswith("<http") and "/notifications/off/" in first["List-Unsubscribe"]
    assert first["Message-ID"] != second["Message-ID"] and first["Message-ID"].endswith("@elm.example>")
    assert first["References"] == second["References"] == first["In-Reply-To"] == f"<talk{talk.pk}-{bo.pk}@elm.example>"
    reply = parseaddr(first["Reply-To"])[1]
    assert reply.endswith("@in.elm.example") and len(reply.partition("@")[0]) <= 64 and reply == reply.lower()
    assert [part.get_content_type() for part in first.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for words in (mail.outbox[0].body, mail.outbox[0].alternatives[0][0]):
        assert "Answer above this line" in words


def test_what_looks_like_a_scam_is_flagged_in_the_letter_too(pair, pass_time):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="Honest words", client_id="1")
    actions.post(talk.pk, by=ana, body="Pay me in gift cards", client_id="2")
    pass_time(6)
    letter = mail.outbox[0]
    for words in (letter.body, letter.alternatives[0][0]):
        assert words.count("Speaks of gift cards") == 1
        assert words.index("Honest words") < words.index("Speaks of gift cards") < words.index("Pay me in gift cards")


def test_what_must_be_told_offers_no_way_out(pair, pass_time):
    _ana, bo = pair
    tell(bo, "1", kind="booking.request", needs_answer=True)
    tell(bo, "2", kind="payment")
    tell(bo, "3", kind="approval")
    tell(bo, "4", kind="booking.soon")
    pass_time()
    pass_time(3)
    offers = {letter.message()["List-Id"]: "List-Unsubscribe" in letter.message() for letter in mail.outbox}
    assert offers == {"<bookings.localhost>": True, "<money.localhost>": False, "<handover.localhost>": True}, (
        "the bookings' letter holds something that can be left as well"
    )


def test_a_letter_sent_twice_has_one_name(pair):
    _ana, bo = pair
    tell(bo)
    planning.plan_notifications()
    rows = list(Delivery.objects.select_related("notification"))
    names = {letters.of_bundle(bo, rows, None).message()["Message-ID"] for _try in range(2)}
    assert len(names) == 1


# --- the digest ---------------------------------------------------------------------------------------


def test_the_digest_comes_at_the_hour_of_the_member_with_what_is_still_news(pass_time):
    bo = make.member("Bo", time_zone="Europe/Berlin")
    Letterbox.objects.create(member=bo, digest_hour=18)
    ana = make.member("Ana")
    channel = actions.open_conversation("channel", [ana, bo], subject="Announcements")
    night = datetime(2026, 6, 1, 3, tzinfo=UTC)
    for number in range(3):
        tell(bo, str(number), kind="want", title=f"Want {number}")
    tell(bo, "vote", kind="decision_closed", title="Passed: a bike")
    actions.post(channel.pk, by=ana, body="The street feast is on", client_id="1")
    planning.plan_notifications(night)
    seats = channel.participants.filter(member=bo)
    planning._plan_seats(list(seats.select_related("member", "conversation")), night, (Way.MAIL, Way.DIGEST))
    actions.mark_read(bo, [Notification.objects.get(key="0").pk])

    assert set(Delivery.objects.values_list("due", flat=True)) == {datetime(2026, 6, 1, 16, tzinfo=UTC)}
    pass_time(at=datetime(2026, 6, 1, 15, 59, tzinfo=UTC))
    assert mail.outbox == []
    pass_time(at=datetime(2026, 6, 1, 16, 1, tzinfo=UTC))
    (letter,) = mail.outbox
    assert letter.subject == "Your day: 4 things" and letter.message()["List-Id"] == "<digest.localhost>"
    body = letter.body
    assert "Want 0" not in body and "Want 1" in body and "Want 2" in body and "The street feast is on" in body
    assert body.index("Community news and decisions") < body.index("Wants near me")
    assert "Announcements: 1 new message\n" in body
    pass_time(at=datetime(2026, 6, 2, 16, 1, tzinfo=UTC))
    assert len(mail.outbox) == 1, "no digest of nothing"


def test_a_digest_of_what_was_read_is_not_written(pair, pass_time):
    _ana, bo = pair
    tell(bo, kind="want")
    pass_time()
    actions.mark_read(bo)
    pass_time(60 * 25)
    assert mail.outbox == [] and not Delivery.objects.exists()


# --- quiet hours --------------------------------------------------------------------------------------


def test_at_night_letters_wait_for_the_morning_and_come_as_one(pass_time):
    bo = make.member("Bo", time_zone="Asia/Tokyo")
    evening = datetime(2026, 3, 1, 13, 30, tzinfo=UTC)  # 22:30 there
    tell(bo, "1")
    planning.plan_notifications(evening)
    tell(bo, "2")
    planning.plan_notifications(evening + timedelta(hours=3))
    morning = datetime(2026, 3, 1, 22, tzinfo=UTC)
    assert set(Delivery.objects.values_list("due", flat=True)) == {morning}
    pass_time(at=morning - timedelta(minutes=1))
    assert mail.outbox == []
    pass_time(at=morning)
    assert [letter.subject for letter in mail.outbox] == ["Bookings: 2 things"]


def test_what_was_due_before_the_night_does_not_leave_in_it(pass_time):
    """The worker was away for an hour; the quiet that has begun meanwhile holds."""
    bo = make.member("Bo")
    tell(bo)
    planning.plan_notifications(datetime(2026, 3, 1, 21, 57, tzinfo=UTC))
    pass_time(at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    assert mail.outbox == [] and Delivery.objects.get().due == datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_who_changes_the_hours_moves_what_waits(pass_time):
    bo = make.member("Bo")
    tell(bo, "1"), tell(bo, "2", kind="want")
    planning.plan_notifications(datetime(2026, 3, 1, 23, tzinfo=UTC))
    choices.set_hours(bo, quiet=False, quiet_from=22, quiet_until=7, digest_hour=11)
    due = dict(Delivery.objects.values_list("way", "due"))
    assert due[Way.MAIL] <= timezone.now() and due[Way.DIGEST].hour == 11


ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC", "No/Where",
)


@given(
    at=st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)), zone=st.sampled_from(ZONES),
    start=st.integers(0, 23), end=st.integers(0, 23),
)
def test_quiet_ends_when_the_clock_on_the_wall_says_so(at, zone, start, end):
    at = at.replace(tzinfo=UTC)
    member, box = Member(pk=1, time_zone=zone), Letterbox(quiet_from=start, quiet_until=end)
    until = hours.quiet_until(member, box, at)
    wall = at.astimezone(hours.zone_of(member))
    inside = start != end and (wall.hour - start) % 24 < (end - start) % 24
    assert (until is not None) == inside
    if until is not None:
        assert at < until <= at + timedelta(hours=49)
        there = until.astimezone(hours.zone_of(member))
        assert there.hour == end or there.replace(fold=0).utcoffset() != at.astimezone(there.tzinfo).utcoffset()


@pytest.mark.parametrize(("day", "lasts"), [(date(2026, 3, 28), 8), (date(2026, 10, 24), 10), (date(2026, 6, 1), 9)])
def test_a_night_in_which_the_clock_is_changed_is_as_quiet_as_any_other(day, lasts):
    berlin = ZoneInfo("Europe/Berlin")
    member = Member(pk=1, time_zone="Europe/Berlin")
    begins = datetime(day.year, day.month, day.day, 22, tzinfo=berlin).astimezone(UTC)
    until = hours.quiet_until(member, None, begins)
    assert until - begins == timedelta(hours=lasts) and until.astimezone(berlin).hour == 7


# --- failures -----------------------------------------------------------------------------------------


def failing(monkeypatch, trouble):
    tries = []

    def send(_letter):
        tries.append(1)
        raise trouble

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    return tries


def refused(member, code, words=b"no such mailbox"):
    return smtplib.SMTPRecipientsRefused({member.email: (code, words)})


def test_without_a_mail_server_a_letter_is_tried_later_and_later_and_then_parked(pair, pass_time, monkeypatch):
    _ana, bo = pair
    tries = failing(monkeypatch, ConnectionRefusedError("no mail server"))
    note = tell(bo)
    pass_time()
    pass_time(3)
    row = Delivery.objects.get()
    assert len(tries) == 1 and row.attempts == 1 and "no mail server" in row.trouble and row.parked is None
    pass_time(4)
    assert len(tries) == 1, "two minutes lie between the first tries"
    for minutes in (6, 30, 160, 700):
        pass_time(minutes)
    row.refresh_from_db()
    note.refresh_from_db()
    assert len(tries) == 5 and row.parked and note.mail_parked and "no mail server" in note.mail_trouble
    assert not Letterbox.objects.get(member=bo).parked, "that was not the address's fault"
    pass_time(2000)
    assert len(tries) == 5


def test_an_address_that_refuses_for_now_is_parked_only_after_all_tries(pair, pass_time, monkeypatch):
    _ana, bo = pair
    tries = failing(monkeypatch, refused(bo, 451, b"greylisted"))
    tell(bo)
    for minutes in (0, 3, 6, 30, 160):
        pass_time(minutes)
    assert len(tries) == 4 and not Letterbox.objects.get(member=bo).parked
    pass_time(700)
    box = Letterbox.objects.get(member=bo)
    assert box.parked and box.trouble == "451 greylisted" and box.address == bo.email


def test_an_address_that_refuses_for_good_is_parked_at_once_and_works_again_when_they_say_so(
    pair, pass_time, monkeypatch
):
    _ana, bo = pair
    with monkeypatch.context() as broken:
        tries = failing(broken, refused(bo, 550))
        tell(bo, "1")
        pass_time()
        pass_time(3)
        tell(bo, "2")
        pass_time(4)
        pass_time(30)
    assert len(tries) == 1, "the second letter is not even tried"
    assert Letterbox.objects.get(member=bo).trouble == "550 no such mailbox"
    assert Delivery.objects.filter(parked__isnull=False).count() == 2

    assert sending.try_again(bo) == 2
    pass_time(1)
    assert [letter.subject for letter in mail.outbox] == ["Bookings: 2 things"]
    assert not Letterbox.objects.get(member=bo).parked
    assert not Notification.objects.filter(mail_parked__isnull=False).exists()


def test_another_address_is_tried_without_asking(pair, pass_time, monkeypatch):
    _ana, bo = pair
    Letterbox.objects.filter(member=bo).update(parked=timezone.now(), address=bo.email, trouble="550 no")
    tell(bo, "1")
    pass_time()
    pass_time(3)
    assert mail.outbox == []
    bo.email = "bo-new@test.example"
    bo.save()
    tell(bo, "2")
    pass_time(4)
    pass_time(15)
    assert [letter.to for letter in mail.outbox] == [["bo-new@test.example"]]
    assert Letterbox.objects.get(member=bo).parked is None


def test_refused_words_park_the_letter_and_not_the_address(pair, pass_time, monkeypatch):
    _ana, bo = pair
    tries = failing(monkeypatch, smtplib.SMTPDataError(554, b"looks like spam"))
    tell(bo)
    for minutes in (0, 3, 60):
        pass_time(minutes)
    assert len(tries) == 1 and Delivery.objects.get().trouble == "554 looks like spam"
    assert not Letterbox.objects.get(member=bo).parked


def test_a_worker_that_died_gives_back_what_it_held(pair, pass_time):
    _ana, bo = pair
    tell(bo)
    pass_time()
    now = timezone.now()
    assert sending.claim_due(now + timedelta(minutes=3)) == [(bo.pk, "mail")]
    assert sending.claim_due(now + timedelta(minutes=4)) == [], "somebody is at it"
    assert sending.claim_due(now + timedelta(minutes=20)) == [(bo.pk, "mail")]
    assert sending.deliver(bo.pk, "mail", now + timedelta(minutes=20)) == 1
    assert sending.deliver(bo.pk, "mail", now + timedelta(minutes=21)) == 0
    assert len(mail.outbox) == 1


def test_a_letter_that_kills_its_worker_is_not_tried_for_ever(pair, pass_time, monkeypatch):
    _ana, bo = pair
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", lambda _: (_ for _ in ()).throw(SystemExit))
    tell(bo)
    pass_time()
    for number in range(12):
        now = timezone.now() + timedelta(minutes=3 + 20 * number)
        for member, way in sending.claim_due(now):
            with pytest.raises(SystemExit) if number < 7 else _nothing():
                sending.deliver(member, way, now)
    assert Delivery.objects.get().parked


class _nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_trouble):
        return False


def test_nobody_writes_to_those_who_left(pair, pass_time):
    _ana, bo = pair
    tell(bo)
    pass_time()
    Member.objects.filter(pk=bo.pk).update(is_active=False)
    pass_time(3)
    assert mail.outbox == [] and not Delivery.objects.exists()


def test_old_deliveries_are_forgotten(pair, pass_time):
    _ana, bo = pair
    tell(bo, "1"), tell(bo, "2", kind="want")
    pass_time()
    pass_time(3)
    now = timezone.now()
    assert sending.prune(now + timedelta(days=13)) == 0
    assert sending.prune(now + timedelta(days=15)) == 1
    assert Delivery.objects.get().way == Way.DIGEST


def test_what_was_taken_back_or_comes_from_somebody_blocked_is_no_news(pair, pass_time):
    from messaging.models import Block, Message

    ana, bo = pair
    cleo = make.member("Cleo")
    talk = actions.open_conversation("car", [ana, bo, cleo], subject="To Basel")
    for number, who in enumerate((ana, cleo, ana)):
        actions.post(talk.pk, by=who, body=f"line {number}", client_id=str(number))
    Message.objects.filter(sequence=3).update(deleted=timezone.now(), body="")
    Block.objects.create(member=bo, other=cleo)
    Letterbox.objects.create(member=cleo, quiet=False)
    pass_time(6)
    (letter,) = [letter for letter in mail.outbox if letter.to == [bo.email]]
    assert letter.subject == "Ana has written to you" and "line 0" in letter.body and "line 1" not in letter.body
    Message.objects.filter(sequence=1).update(deleted=timezone.now(), body="")
    talk.participants.update(told_seq=0)
    pass_time(20)
    assert len([letter for letter in mail.outbox if letter.to == [bo.email]]) == 1
