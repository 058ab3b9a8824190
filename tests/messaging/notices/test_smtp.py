"""Letters over a real connection: taken, refused for now, refused for good; and what the host sees of it."""

import email
from email.policy import default
from io import StringIO

import pytest
from django.core.management import call_command

from messaging import actions
from messaging.models import Delivery, Letterbox
from tests import factories as make

from .machines import MailServer, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield server


def tell(member, key="1"):
    return actions.notify(member, kind="booking.accept", title=f"Grüße {key}", body="Bis Freitag", url="/x/", key=key)


def test_a_letter_arrives_whole(pair, pass_time, server):
    _ana, bo = pair
    tell(bo)
    pass_time()
    pass_time(3)
    ((to, raw),) = server.taken
    letter = email.message_from_bytes(raw, policy=default)
    assert to == bo.email and letter["Subject"] == "Grüße 1" and letter["List-Id"] == "<bookings.localhost>"
    assert "Bis Freitag" in letter.get_body(("plain",)).get_content()
    assert "Bis Freitag" in letter.get_body(("html",)).get_content()
    assert Delivery.objects.get().sent


def test_refused_for_now_it_is_sent_later(pair, pass_time, server):
    _ana, bo = pair
    server.answers[bo.email] = ["451 4.7.1 greylisted, come back", "450 4.2.1 busy"]
    tell(bo)
    pass_time()
    pass_time(3)
    row = Delivery.objects.get()
    assert row.trouble == "451 4.7.1 greylisted, come back" and not server.taken and row.parked is None
    pass_time(6)
    pass_time(30)
    assert len(server.taken) == 1 and Delivery.objects.get().sent
    assert not Letterbox.objects.get(member=bo).parked


def test_refused_for_good_the_address_is_parked_and_the_host_sees_why(pair, pass_time, server):
    ana, bo = pair
    server.answers[bo.email] = ["550 5.1.1 no such mailbox"]
    tell(bo, "1"), tell(ana, "1")
    pass_time()
    pass_time(3)
    assert [to for to, _raw in server.taken] == [ana.email], "one bad address keeps nobody else's letter"
    out = StringIO()
    call_command("letters", stdout=out)
    assert f"{bo.email}\t550 5.1.1 no such mailbox" in out.getvalue()
    call_command("letters", again=bo.email, stdout=out)
    assert "1 are on their way again." in out.getvalue()
    pass_time(4)
    assert [to for to, _raw in server.taken] == [ana.email, bo.email]


def test_words_that_are_refused_park_their_letter_alone(pair, pass_time, server):
    _ana, bo = pair
    server.answers["data"] = ["554 5.7.1 looks like spam"]
    tell(bo, "1")
    pass_time()
    pass_time(3)
    tell(bo, "2")
    pass_time(4)
    pass_time(20)
    assert len(server.taken) == 1 and not Letterbox.objects.get(member=bo).parked
    assert Delivery.objects.get(parked__isnull=False).trouble == "554 5.7.1 looks like spam"


def test_the_host_sees_it_in_the_administration(client, pair):
    from django.utils import timezone

    _ana, bo = pair
    Letterbox.objects.filter(member=bo).update(address=bo.email, parked=timezone.now(), trouble="550 no such mailbox")
    client.force_login(make.member("Root", is_staff=True, is_superuser=True))
    assert "550 no such mailbox" in client.get("/admin/messaging/letterbox/").content.decode()
    assert client.get("/admin/messaging/delivery/").status_code == 200
    client.post("/admin/messaging/letterbox/", {"action": "send_again", "_selected_action": [bo.pk]})
    assert Letterbox.objects.get(member=bo).parked is None
