"""Who may read and write where: channels, mutes, archives, blocks, and what is shown to the stewards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from members import actions as members
from messaging import actions, finding, inbox, scams, tidying, words
from messaging.actions import channels, seats
from messaging.models import Block, Channel, Earlier, Message, Notification, Participant, Report
from messaging.states import Ruling
from sharing.web.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def street():
    home = make.community()
    home.cleo = make.member("Cleo", of=home, role="steward")
    home.ana, home.bo = make.member("Ana", of=home), make.member("Bo", of=home)
    home.zoe = make.member("Zoe")
    return home


def say(talk, by, body="Hello"):
    pk = talk if isinstance(talk, int) else talk.pk
    return actions.post(pk, by=by, body=body, client_id=str(uuid4()))


# --- channels -----------------------------------------------------------------------------------------


def test_only_stewards_write_announcements_and_everybody_reads_them(street):
    channel = actions.make_channel(street, by=street.cleo, name="News", kind="announcements", for_all=True)
    talk = channel.conversation
    say(talk, street.cleo, "The shed is dry")
    with pytest.raises(actions.Quiet):
        say(talk, street.ana)
    assert actions.react(talk.pk, 2, by=street.ana, sign="🎉").change == 1
    with pytest.raises(actions.NotInside):
        say(talk, street.zoe)
    row = street.memberships.get(member=street.ana)
    with_role = members.set_role(row.pk, "steward", by=street.cleo)
    channels.follow_role(with_role)
    assert say(talk, street.ana, "So is the cellar").sequence == 3


def test_a_channel_is_made_changed_and_closed_by_stewards_alone(street):
    with pytest.raises(actions.NotASteward):
        actions.make_channel(street, by=street.ana, name="Mine")
    channel = actions.make_channel(street, by=street.cleo, name="Help")
    with pytest.raises(Refusal) as refused:
        actions.make_channel(street, by=street.cleo, name="help")
    assert refused.value.field == "name"
    with pytest.raises(actions.NotASteward):
        actions.close_channel(channel.pk, by=street.ana)
    actions.change_channel(channel.pk, by=street.cleo, name="Helping", kind="help")
    actions.join_channel(channel.pk, by=street.ana)
    actions.close_channel(channel.pk, by=street.cleo)
    with pytest.raises(actions.Quiet):
        say(channel.conversation_id, street.ana)
    with pytest.raises(Refusal):
        actions.join_channel(channel.pk, by=street.bo)
    actions.close_channel(channel.pk, by=street.cleo, on=False)
    say(channel.conversation_id, street.ana)
    with pytest.raises(Channel.DoesNotExist):
        actions.join_channel(channel.pk, by=street.zoe)


def test_who_joins_or_leaves_the_community_joins_and_leaves_its_channels(street, django_capture_on_commit_callbacks):
    channel = actions.make_channel(street, by=street.cleo, name="News", for_all=True)
    say(channel.conversation, street.cleo)
    with django_capture_on_commit_callbacks(execute=True):
        members.join(street, by=street.zoe)
    seat = Participant.objects.get(conversation=channel.conversation, member=street.zoe)
    assert seat.left is None and seat.seen_seq == 2  # what was said before is no news
    with django_capture_on_commit_callbacks(execute=True):
        members.leave(street, by=street.zoe)
    seat.refresh_from_db()
    assert seat.left is not None
    with pytest.raises(actions.NotInside):
        say(channel.conversation, street.zoe)


def test_the_pages_of_channels(street, client):
    client.force_login(street.cleo)
    base = f"/c/{street.slug}/channels/"
    assert "No channels yet" in client.get(base).content.decode()
    made = client.post(base + "new/", {"name": "Wants", "kind": "wants", "purpose": "What is missing", "for_all": "on"})
    channel = Channel.objects.get()
    assert made.url == f"/messages/{channel.conversation_id}/"
    assert client.post(base + "new/", {"name": "", "kind": "wants"}).status_code == 422
    assert client.get(f"{base}{channel.pk}/").status_code == 200
    client.force_login(street.ana)
    page = client.get(base).content.decode()
    assert "What is missing" in page and "channels/new/" not in page
    for url in (base + "new/", f"{base}{channel.pk}/"):
        assert client.get(url).status_code == 404
    assert client.post(f"{base}{channel.pk}/close/").status_code == 404
    client.force_login(street.zoe)
    assert client.get(base).status_code == 404
    assert client.post(f"{base}{channel.pk}/join/").status_code == 404


# --- one's own seat -----------------------------------------------------------------------------------


def test_what_is_put_away_comes_back_with_a_new_word(street):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo)
    actions.archive(talk.pk, by=street.ana)
    assert inbox.page(street.ana)[0] == [] and len(inbox.page(street.ana, archived=True)[0]) == 1
    say(talk, street.bo)
    assert len(inbox.page(street.ana)[0]) == 1 and inbox.page(street.ana, archived=True)[0] == []


def test_a_mute_for_a_time_ends_by_itself(street):
    talk, now = actions.direct(street.ana, street.bo), timezone.now()
    actions.mute(talk.pk, by=street.ana, span="hour", now=now)
    assert seats.unmute_due(now + timedelta(minutes=59)) == 0
    assert seats.unmute_due(now + timedelta(minutes=60)) == 1
    actions.mute(talk.pk, by=street.ana, span="always", now=now)
    assert seats.unmute_due(now + timedelta(days=999)) == 0
    with pytest.raises(Refusal):
        actions.mute(talk.pk, by=street.ana, span="century")


def test_one_leaves_a_channel_but_not_a_pair(street, client):
    talk = actions.direct(street.ana, street.bo)
    channel = actions.make_channel(street, by=street.cleo, name="Help", for_all=True)
    client.force_login(street.ana)
    assert client.get(f"/messages/{talk.pk}/leave/").status_code == 404
    with pytest.raises(Refusal):
        actions.leave(talk.pk, by=street.ana)
    assert client.get(f"/messages/{channel.conversation_id}/leave/").status_code == 200
    assert client.post(f"/messages/{channel.conversation_id}/leave/").status_code == 302
    assert client.get(f"/messages/{channel.conversation_id}/").status_code == 404


def test_the_page_of_who_takes_part(street, client):
    talk = actions.direct(street.ana, street.bo)
    client.force_login(street.ana)
    page = client.get(f"/messages/{talk.pk}/people/").content.decode()
    assert "Mute for" in page and f"/members/{street.bo.pk}/block/" in page
    assert client.post(f"/messages/{talk.pk}/mute/", {"span": "day"}).status_code == 302
    assert "Muted until" in client.get(f"/messages/{talk.pk}/people/").content.decode()
    client.force_login(street.zoe)
    for page in ("people/", "names/"):
        assert client.get(f"/messages/{talk.pk}/{page}").status_code == 404
    for page in ("mute/", "archive/", "leave/"):
        assert client.post(f"/messages/{talk.pk}/{page}").status_code == 404


# --- blocks -------------------------------------------------------------------------------------------


def test_a_block_silences_the_pair_both_ways_until_both_have_lifted_theirs(street, client):
    talk = actions.direct(street.ana, street.bo)
    group = actions.make_channel(street, by=street.cleo, name="Help", for_all=True)
    client.force_login(street.ana)
    assert "neither sees when the other is here" in client.get(f"/members/{street.bo.pk}/block/").content.decode()
    client.post(f"/members/{street.bo.pk}/block/")
    actions.block(street.bo, street.ana)
    for who in (street.ana, street.bo):
        with pytest.raises(actions.Quiet):
            say(talk, who)
        say(group.conversation, who)  # what both do together goes on
    assert "data-quiet" in client.get(f"/messages/{talk.pk}/").content.decode()
    assert "Open the door to Bo again" in client.get("/settings/blocked/").content.decode()
    client.post(f"/members/{street.bo.pk}/unblock/")
    with pytest.raises(actions.Quiet):  # the other's side is still closed
        say(talk, street.ana)
    actions.unblock(street.bo, street.ana)
    say(talk, street.ana)
    assert not Block.objects.exists()


def test_nobody_blocks_themselves_or_somebody_who_is_not_there(street, client):
    client.force_login(street.ana)
    for pk in (street.ana.pk, 999_999, 2**63):
        assert client.get(f"/members/{pk}/block/").status_code == 404
    with pytest.raises(Refusal):
        actions.block(street.ana, street.ana)


# --- reports ------------------------------------------------------------------------------------------


@pytest.fixture
def shown(street):
    """Bo wrote something Ana shows to the stewards, with a line around it."""
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.ana, "Is the drill free?")
    line = say(talk, street.bo, "Pay me in gift cards")
    street.talk, street.line = talk, line
    street.report = actions.report(talk.pk, line.sequence, by=street.ana, reason="scam", note="Odd")
    return street


def test_a_report_keeps_its_evidence_whatever_becomes_of_the_message(shown):
    actions.edit(shown.talk.pk, 2, by=shown.bo, body="Pay me in jam")
    actions.take_back(shown.talk.pk, 2, by=shown.bo)
    tidying.throw_away(timezone.now() + timedelta(days=91))
    assert not Earlier.objects.exists()
    row = Report.objects.get()
    assert row.community == shown and row.evidence["line"]["body"] == "Pay me in gift cards"
    assert [each["body"] for each in row.evidence["around"]] == ["Is the drill free?"]


def test_a_report_after_an_edit_keeps_what_was_said_before(street):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo, "You fool")
    actions.edit(talk.pk, 1, by=street.bo, body="You star")
    row = actions.report(talk.pk, 1, by=street.ana)
    assert [each["body"] for each in row.evidence["earlier"]] == ["You fool"]
    assert actions.report(talk.pk, 1, by=street.ana).pk == row.pk  # again: the same


def test_stewards_are_told_and_look_and_nobody_else_may(shown, client):
    assert Notification.objects.filter(kind="report").values_list("member", flat=True).get() == shown.cleo.pk
    base = f"/c/{shown.slug}/reports/"
    client.force_login(shown.cleo)
    assert "Pay me in gift cards" in client.get(base).content.decode()
    page = client.get(f"{base}{shown.report.pk}/").content.decode()
    assert "Is the drill free?" in page and "Odd" in page
    for who in (shown.ana, shown.bo, shown.zoe):
        client.force_login(who)
        for url in (base, f"{base}{shown.report.pk}/", "/reports/", f"/reports/{shown.report.pk}/"):
            assert client.get(url).status_code == 404
        with pytest.raises(Report.DoesNotExist):
            actions.rule_on(shown.report.pk, Ruling.DISMISSED, by=who)
    assert Report.objects.get().ruling == Ruling.OPEN


def test_a_removed_message_is_gone_and_author_and_reporter_hear_of_it(shown, client):
    """G31: whoever wrote it, and whoever reported it, is told why."""
    client.force_login(shown.cleo)
    url = f"/c/{shown.slug}/reports/{shown.report.pk}/"
    assert 'class="unit"' not in client.get(url).content.decode()  # what was said stays out of the fields
    assert client.post(url, {"ruling": "warned", "word": ""}).status_code == 422
    assert client.post(url, {"ruling": "taken_down", "word": "Not here."}).status_code == 302
    line = Message.objects.get(pk=shown.line.pk)
    assert line.deleted and line.body == ""
    told = dict(Notification.objects.exclude(member=shown.cleo).values_list("member", "title"))
    assert told[shown.bo.pk].startswith("The stewards have removed") and told[shown.ana.pk].endswith("was removed")
    with pytest.raises(Refusal):
        actions.rule_on(shown.report.pk, Ruling.DISMISSED, by=shown.cleo)
    assert "Pay me in gift cards" in client.get(url).content.decode()


def test_who_is_sent_off_no_longer_belongs(shown):
    actions.rule_on(shown.report.pk, Ruling.SENT_OFF, by=shown.cleo)
    assert not shown.memberships.active().filter(member=shown.bo).exists()


def test_no_steward_rules_on_their_own_message(street):
    other = make.member("Dora", of=street, role="steward")
    talk = actions.direct(street.ana, street.cleo)
    say(talk, street.cleo, "Hm")
    row = actions.report(talk.pk, 1, by=street.ana)
    with pytest.raises(Refusal):
        actions.rule_on(row.pk, Ruling.DISMISSED, by=street.cleo)
    assert actions.rule_on(row.pk, Ruling.DISMISSED, by=other).ruling == Ruling.DISMISSED


def test_strangers_report_nothing_and_nobody_reports_themselves(shown):
    with pytest.raises(actions.NotInside):
        actions.report(shown.talk.pk, 1, by=shown.zoe)
    with pytest.raises(Refusal):
        actions.report(shown.talk.pk, 1, by=shown.ana)


# --- search -------------------------------------------------------------------------------------------


def test_search_finds_words_without_accents_in_what_one_may_read(street, client):
    talk, other = actions.direct(street.ana, street.bo), actions.direct(street.bo, street.cleo)
    say(talk, street.bo, "Die Straße führt zur Échelle")
    say(other, street.bo, "Echelle!")
    found = finding.page(street.ana, "echelle STRASSE")
    assert [(row.message.body, row.match) for row in found.rows] == [("Die Straße führt zur Échelle", "Straße")]
    assert finding.page(street.ana, "chelle").rows == [] and finding.page(street.ana, "!").asked is False
    assert finding.page(street.zoe, "echelle").rows == []
    client.force_login(street.ana)
    assert "<mark>Échelle</mark>" in client.get("/messages/search/?q=échelle").content.decode()
    assert client.get("/messages/search/?q=a&cursor=x").status_code == 404


def test_search_shows_nothing_from_before_one_came_or_once_one_left(street):
    talk = actions.direct(street.ana, street.bo)
    car = actions.open_conversation("car", [street.ana, street.bo])
    say(car, street.ana, "Secret marmalade")
    actions.add(car.pk, street.cleo, from_now=True)
    say(car, street.ana, "Public marmalade")
    assert [row.message.body for row in finding.page(street.cleo, "marmalade").rows] == ["Public marmalade"]
    actions.remove(car.pk, street.cleo)
    assert finding.page(street.cleo, "marmalade").rows == []
    assert talk.pk != car.pk


def test_pages_of_what_was_found_go_on_where_they_stopped(street):
    talk = actions.direct(street.ana, street.bo)
    for number in range(7):
        say(talk, street.bo, f"plum {number}")
    first = finding.page(street.ana, "plum", size=4)
    rest = finding.page(street.ana, "plum", first.next, size=4)
    assert [row.message.sequence for row in [*first.rows, *rest.rows]] == [7, 6, 5, 4, 3, 2, 1] and rest.next is None


def test_an_edited_line_is_found_by_its_new_words(street):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo, "plum")
    words.catch_up([talk.pk])
    actions.edit(talk.pk, 1, by=street.bo, body="pear")
    assert finding.page(street.ana, "plum").rows == [] and len(finding.page(street.ana, "pear").rows) == 1


@pytest.mark.parametrize(
    ("language", "said", "question", "found"),
    [
        ("en", "The ladder is in the shed", "lad", True),
        ("en", "The ladder is in the shed", "ladders sheds", True),
        ("en", "The ladder is in the shed", "adder", False),
        ("en", "He is borrowing it", "borrowed", True),
        ("en", "A stepladder", "ladder", False),
        ("de", "Die Leiter steht im Keller", "leitern", True),
        ("fr", "Une grande E\u0301chelle", "échel", True),
        ("en", "Échelle", "ECHELLE", True),
        ("en", "At number 7 then", "7", True),
        ("en", "At number 77 then", "7", False),
        ("de", "In der Schloßstraße", "schlossstr", True),
        ("en", "Ключ под ковриком", "ключ ковр", True),
    ],
)
def test_the_beginnings_of_words_and_other_endings_are_found(street, language, said, question, found):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo, said)
    with translation.override(language):
        rows = finding.page(street.ana, question).rows
    assert [row.message.body for row in rows] == ([said] if found else [])
    assert not found or rows[0].match, "what was found is shown"


def test_older_talk_is_written_down_by_the_clock(street):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo, "plum")
    type(talk).objects.update(last_at=timezone.now() - timedelta(days=300))
    tidying.write_words_down()
    talk.refresh_from_db()
    assert talk.indexed_seq == talk.last_seq == 1


# --- known scams --------------------------------------------------------------------------------------

SCAMS = (
    ("Please pay outside the platform", "pay_outside"), ("Schreib mir auf WhatsApp", "pay_outside"),
    ("Zahl bitte per PayPal", "pay_outside"), ("Two iTunes cards will do", "gift_card"),
    ("Use Western Union", "wire_transfer"), ("Die Kaution vorab überweisen", "wire_transfer"),
    ("Send me the verification code", "code"), ("envíame el código de verificación", "code"),
    ("https://paypal.com@evil.example/pay", "odd_link"), ("http://185.3.4.5/login", "odd_link"),
    ("https://commonshare-pay.example/", "odd_link"), ("https://xn--pple-43d.com", "odd_link"),
    ("Look: www.commonshare-login.com.", "odd_link"), ("commonshare-login.com/me", "odd_link"),
    ("Come to bit.ly/3xyz", "odd_link"), ("Write on Whats\u200bApp: write me on tele\u00adgram", "pay_outside"),
)  # fmt: skip
HONEST = (
    "See you at five!", "I pay you in jam", "The first drill before yours broke", "https://en.wikipedia.org/wiki/Drill",
    "Done.Net weight 5 kg", "Viele Grüße.bis morgen", "ana@commonshare-friends.org", "See www.example.org for it",
    "Is it outside or in the cellar?", "Mein Handy hat kein Signal", "Ich habe eine Postkarte für dich",
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), SCAMS)
def test_known_scams_are_flagged(text, kind):
    assert kind in scams.looks_like(text)


@pytest.mark.parametrize("text", HONEST)
def test_honest_words_are_left_alone(text):
    assert scams.looks_like(text) == []


def test_a_flag_is_shown_to_the_reader_and_hides_nothing(street, client):
    talk = actions.direct(street.ana, street.bo)
    say(talk, street.bo, "Pay me in gift cards")
    for who, warned in ((street.ana, True), (street.bo, False)):
        client.force_login(who)
        page = client.get(f"/messages/{talk.pk}/").content.decode()
        assert ("said__warn" in page) is warned and "Pay me in gift cards" in page
