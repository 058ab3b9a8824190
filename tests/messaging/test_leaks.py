"""What must not reach whom: words before one's time, words taken back, words from behind a closed door."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone, translation

from messaging import actions
from messaging.hub import hub
from messaging.models import Letterbox, Notification, Participant
from messaging.notices import planning, sending
from messaging.states import ConversationKind
from sharing.web.refusals import Refusal
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(pair):
    ana, bo = pair
    cleo = make.member("Cleo")
    Letterbox.objects.bulk_create([Letterbox(member=member, quiet=False) for member in (ana, bo, cleo)])
    talk = actions.open_conversation(ConversationKind.CHANNEL, [ana, bo], subject="Garden")
    return talk, ana, bo, cleo


def say(talk, by, body="Hello", **more):
    return actions.post(talk.pk, by=by, body=body, client_id=str(uuid4()), **more)


def pass_time(minutes: float) -> None:
    now = timezone.now() + timedelta(minutes=minutes)
    planning.plan_notifications(now)
    for member, way in sending.claim_due(now):
        sending.deliver(member, way, now)


@pytest.fixture
def told(monkeypatch, django_capture_on_commit_callbacks):
    """Who is told something over the sockets while it is done."""

    def of(deed):
        heard = []
        with monkeypatch.context() as patch:
            patch.setattr(hub, "tell", lambda members, frame, **_more: heard.append((set(members), frame)))
            with django_capture_on_commit_callbacks(execute=True):
                deed()
        return heard

    return of


def test_who_came_later_hears_of_no_change_in_what_was_said_before(group, told):
    talk, ana, bo, cleo = group
    early = say(talk, ana, "The key is under the stone")
    actions.add(talk.pk, cleo, from_now=True)
    late = say(talk, ana, "Welcome")
    edited = told(lambda: actions.edit(talk.pk, early.sequence, by=ana, body="The key is under the pot"))
    assert [who for who, frame in edited if '"changed"' in frame] == [{ana.pk, bo.pk}]
    edited = told(lambda: actions.edit(talk.pk, late.sequence, by=ana, body="Welcome, Cleo"))
    assert [who for who, frame in edited if '"changed"' in frame] == [{ana.pk, bo.pk, cleo.pk}]


def test_leaving_and_asking_again_opens_no_closed_door(pair):
    ana, bo = pair
    about = {"subject": "Drill", "url": "/listings/1/"}
    talk = actions.about("listing:1:9", ana, [bo], **about)
    actions.block(bo, ana)
    actions.leave(talk.pk, by=ana)
    assert actions.about("listing:1:9", ana, [bo], **about) == talk
    with pytest.raises(actions.Quiet):
        say(talk, ana)
    actions.unblock(bo, ana)
    assert say(talk, ana).body == "Hello"


def test_a_call_by_name_does_not_pass_a_closed_door(group):
    talk, ana, bo, cleo = group
    actions.add(talk.pk, cleo)
    actions.block(bo, ana)
    say(talk, ana, "@Bo @Cleo look here")
    assert list(Notification.objects.filter(kind="mention").values_list("member", flat=True)) == [cleo.pk]


def test_words_that_were_taken_back_stand_in_no_notification_and_no_letter(group):
    talk, ana, bo, _cleo = group
    line = say(talk, ana, "@Bo my code is 4711")
    assert Notification.objects.filter(member=bo, body__contains="4711").exists()
    actions.take_back(talk.pk, line.sequence, by=ana)
    assert not Notification.objects.filter(body__contains="4711").exists()
    pass_time(30)
    assert not [letter for letter in mail.outbox if "4711" in letter.body]


def test_a_letter_about_being_called_is_not_sent_to_who_has_left(group):
    talk, ana, bo, _cleo = group
    say(talk, ana, "@Bo my code is 4711")
    pass_time(0)
    actions.remove(talk.pk, bo)
    pass_time(30)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "place", [{"name": "Harbour \ud83d", "lat": 1.0, "lon": 1.0}, {"name": "Harbour", "lat": 10**400, "lon": 1}]
)
def test_a_place_that_no_page_could_show_is_refused(group, place):
    talk, ana, _bo, _cleo = group
    with pytest.raises(Refusal) as refused:
        say(talk, ana, "", place=place)
    assert refused.value.field == "place"


def test_a_report_nobody_else_could_look_at_goes_to_those_who_run_the_house(django_capture_on_commit_callbacks):
    home = make.community()
    cleo, ana = make.member("Cleo", of=home, role="steward"), make.member("Ana", of=home)
    host = make.member("Host", is_staff=True)
    channel = actions.make_channel(home, by=cleo, name="Open", for_all=True)
    line = say(channel.conversation, cleo, "Rude words")
    row = actions.report(channel.conversation_id, line.sequence, by=ana, reason="rude")
    assert row.community is None
    assert Notification.objects.get(kind="report").member == host


def test_those_who_run_the_house_are_told_in_their_own_language(pair):
    ana, bo = pair
    make.member("Host", is_staff=True, language="de")
    line = say(actions.direct(ana, bo), bo, "Rude words")
    with translation.override("en"):
        actions.report(line.conversation_id, line.sequence, by=ana, reason="rude")
    with translation.override("de"):
        house = str(translation.gettext("the house"))
    title = Notification.objects.get(kind="report").title
    assert house != "the house" and house in title


def test_whoever_wrote_it_does_not_learn_who_showed_it_even_as_a_steward(client):
    home = make.community()
    cleo = make.member("Cleo", of=home, role="steward")
    make.member("Dora", of=home, role="steward")
    ana = make.member("Annegret", of=home)
    channel = actions.make_channel(home, by=cleo, name="Open", for_all=True)
    line = say(channel.conversation, cleo, "Rude words")
    row = actions.report(channel.conversation_id, line.sequence, by=ana, reason="rude", note="From my balcony")
    client.force_login(cleo)
    pages = [f"/c/{home.slug}/reports/", f"/c/{home.slug}/reports/{row.pk}/"]
    for page in pages:
        said = client.get(page).content.decode()
        assert "Annegret" not in said and "my balcony" not in said, page
    rows = client.get(f"/api/v1/communities/{home.slug}/reports/").json()["results"]
    assert all("balcony" not in str(each) for each in rows)
    assert Participant.objects.filter(member=ana).exists()
