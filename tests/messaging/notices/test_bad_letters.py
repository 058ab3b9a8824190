"""Letters that no mail program writes: whoever sends one gets no error out of us, nor our time."""

import time

import pytest

from messaging import actions
from messaging.models import Letterbox, Message, Participant
from messaging.notices import addresses, inbound
from messaging.notices.quoting import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(settings):
    settings.REPLY_ADDRESS, settings.INBOUND_MAIL_SECRET = "reply@in.elm.example", "the shared secret"


@pytest.fixture
def address(pair):
    ana, bo = pair
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="Is Friday fine?", client_id="1")
    seat = Participant.objects.select_related("member").get(conversation=talk, member=bo)
    return bo.email, addresses.answer_to(seat, Letterbox.objects.get(member=bo))


def letter(address, head: str = "", body: str = "Yes, fine.", kind: str = "text/plain; charset=utf-8") -> bytes:
    sender, to = address
    given = f"From: {sender}\r\nTo: {to}\r\nMessage-ID: <odd@bo.example>\r\n{head}Content-Type: {kind}\r\n\r\n{body}"
    return given.encode(errors="surrogateescape")


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "hex", "a\x00b", "unicode_escape", "x" * 300])
def test_words_in_no_charset_there_is_are_read_as_well_as_may_be(address, charset):
    assert inbound.receive(letter(address, kind=f'text/plain; charset="{charset}"')) == "posted"
    assert Message.objects.count() == 2


@pytest.mark.parametrize("name", ["=?utf-8?b?a?=", "=?idna?q?a=80b?=", "=?x\x00y?q?a?="])
def test_a_picture_of_no_name_one_could_read_does_not_stop_the_letter(address, name):
    parts = (
        "--x\r\nContent-Type: text/plain\r\n\r\nYes, fine.\r\n--x\r\nContent-Type: image/png\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\nnothing\r\n--x--'
    )
    assert inbound.receive(letter(address, kind="multipart/mixed; boundary=x", body=parts)) in ("posted", "refused")


def test_a_letter_within_a_letter_a_thousand_times_is_dropped(address):
    nested = "Content-Type: message/rfc822\r\n\r\n" * 3000
    assert inbound.receive(letter(address, kind="message/rfc822", body=nested)) in ("dropped", "refused")


def test_a_sender_made_of_brackets_is_nobody(address):
    odd = letter(("(" * 5000, address[1]))
    assert inbound.receive(odd) == "dropped"
    assert inbound.receive(letter(("bo\x00@x.example", address[1]))) in ("dropped", "refused")


@pytest.mark.parametrize(
    "html",
    [
        "<b> </b>" * 100_000 + "x", "<blockquote>" + "<a>" * 60_000 + "</b>" * 60_000, "<!--" * 60_000,
        "<" * 200_000, "<a b='" * 60_000, "&#" * 100_000, "\n" * 200_000, "</p>" * 100_000,
    ],
    ids=["spaces", "ends", "comments", "angles", "quotes", "marks", "lines", "closing"],
)  # fmt: skip
def test_reading_html_takes_time_in_proportion_to_its_length(html):
    began = time.process_time()
    words_of(html)
    assert time.process_time() - began < 5, "a letter of some hundred kB"


def test_the_door_answers_a_letter_it_cannot_read(client, address):
    body = b"--b\r\nContent-Disposition: form-data; name=\"email\"\r\nContent-Type: message/rfc822\r\n\r\n"
    body += b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"\r\n--b--\r\n"
    answer = client.post(
        "/mail/inbound/", body, content_type="multipart/form-data; boundary=b",
        headers={"Authorization": "Bearer the shared secret"},
    )
    assert answer.status_code in (200, 400)
