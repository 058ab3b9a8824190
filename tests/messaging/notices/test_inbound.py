"""Answers by e-mail: who may speak where, what is kept of a letter, and what is not heard at all."""

import hashlib
import hmac
import io
import time
from base64 import b64encode
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from messaging import actions
from messaging.models import Letterbox, Message, Participant
from messaging.notices import addresses, choices, inbound
from messaging.notices.quoting import answer_in, flowed, words_of

pytestmark = pytest.mark.django_db
SECRET = "the shared secret of the mail server"
URL = "/mail/inbound/"


@pytest.fixture(autouse=True)
def _open(settings):
    settings.REPLY_ADDRESS, settings.INBOUND_MAIL_SECRET = "reply@in.elm.example", SECRET
    settings.DEFAULT_FROM_EMAIL = "Elm Street <hello@elm.example>"


@pytest.fixture
def talk(pair):
    ana, bo = pair
    conversation = actions.direct(ana, bo)
    actions.post(conversation.pk, by=ana, body="Is Friday fine?", client_id="1")
    return conversation


def seat_of(talk, member):
    return Participant.objects.select_related("member").get(conversation=talk, member=member)


def address(talk, member):
    return addresses.answer_to(seat_of(talk, member), Letterbox.objects.filter(member=member).first())


def letter(to, sender, text="Friday is fine.", **headers):
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, "Re: Ana has written to you"
    made["Message-ID"] = headers.pop("message_id", "<one@bo.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def bodies(talk):
    return list(Message.objects.filter(conversation=talk).order_by("sequence").values_list("author__name", "body"))


def test_an_answer_to_the_letter_is_a_message_in_the_conversation(pair, talk, pass_time):
    _ana, bo = pair
    pass_time(6)
    sent = mail.outbox[0].message()
    to = parseaddr(sent["Reply-To"])[1]
    quoted = "\n".join(f"> {line}" for line in mail.outbox[0].body.splitlines())
    answer = letter(to.upper(), f"Bo <{bo.email.upper()}>", f"Yes, after six.\n\nOn Fri, Ana wrote:\n{quoted}\n")
    assert inbound.receive(answer.as_bytes()) == "posted"
    assert bodies(talk)[1] == ("Bo", "Yes, after six.")
    assert inbound.receive(answer.as_bytes()) == "known", "a mail server that delivers twice"
    assert len(bodies(talk)) == 2


def test_another_verified_address_of_theirs_may_answer(pair, talk):
    _ana, bo = pair
    EmailAddress.objects.create(user=bo, email="work@bo.example", verified=True)
    EmailAddress.objects.create(user=bo, email="not-yet@bo.example", verified=False)
    to = address(talk, bo)
    assert inbound.receive(letter(to, "Work@bo.example").as_bytes()) == "posted"
    assert inbound.receive(letter(to, "not-yet@bo.example", message_id="<2@x>").as_bytes()) == "refused"


def test_a_letter_passed_on_lets_nobody_speak_for_them(pair, talk):
    _ana, bo = pair
    raw = letter(address(talk, bo), "friend@elsewhere.example").as_bytes()
    assert inbound.receive(raw) == inbound.receive(raw) == "refused"
    assert len(bodies(talk)) == 1
    (told,) = mail.outbox
    assert told.to == [bo.email] and "not yours here" in told.body and talk.get_absolute_url() in told.body
    assert told.message()["Auto-Submitted"] == "auto-generated"


def test_an_address_ends_with_time_with_the_seat_and_when_the_member_says_so(pair, talk, monkeypatch):
    ana, bo = pair
    to = address(talk, bo)
    choices.revoke_reply_addresses(bo)
    assert inbound.receive(letter(to, bo.email).as_bytes()) == "refused"
    fresh = address(talk, bo)
    assert inbound.receive(letter(fresh, bo.email, message_id="<2@x>").as_bytes()) == "posted"
    old = addresses.reply_token(seat_of(talk, bo).pk, 1, addresses.hours.now() - addresses.LASTS * 1.1)
    late = f"reply+{old}@in.elm.example"
    assert inbound.receive(letter(late, bo.email, message_id="<3@x>").as_bytes()) == "refused"
    Participant.objects.filter(conversation=talk, member=bo).update(left=addresses.hours.now())
    assert inbound.receive(letter(fresh, bo.email, message_id="<4@x>").as_bytes()) == "refused"
    assert [body for _name, body in bodies(talk)] == ["Is Friday fine?", "Friday is fine."]
    assert all("has ended" in told.body and told.to == [bo.email] for told in mail.outbox) and len(mail.outbox) == 3


def test_an_address_that_we_did_not_sign_is_not_answered_at_all(pair, talk):
    _ana, bo = pair
    to = address(talk, bo)
    name, _plus, rest = to.partition("+")
    for at in (0, 12, 39):
        wrong = f"{name}+{rest[:at]}{'a' if rest[at] != 'a' else 'b'}{rest[at + 1:]}"
        assert addresses.read_reply(wrong) is None
        assert inbound.receive(letter(wrong, bo.email).as_bytes()) == "dropped"
    assert inbound.receive(letter("reply@in.elm.example", bo.email).as_bytes()) == "dropped"
    assert mail.outbox == [] and len(bodies(talk)) == 1


def test_the_key_of_yesterday_still_holds(pair, talk, settings):
    _ana, bo = pair
    to = address(talk, bo)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]
    assert inbound.receive(letter(to, bo.email).as_bytes()) == "posted"
    settings.SECRET_KEY_FALLBACKS = []
    assert addresses.read_reply(to) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "All"),
     ("X-Autoreply", "yes"), ("Return-Path", "<>"), ("List-Id", "<x.example>")],
)  # fmt: skip
def test_machines_are_not_heard(pair, talk, name, value):
    _ana, bo = pair
    made = letter(address(talk, bo), bo.email)
    made[name] = value
    assert inbound.receive(made.as_bytes()) == "dropped" and len(bodies(talk)) == 1 and mail.outbox == []


def test_our_own_letters_coming_back_are_not_heard(pair, talk):
    _ana, bo = pair
    to = address(talk, bo)
    assert inbound.receive(letter(to, bo.email, message_id="<d1-1.messages@elm.example>").as_bytes()) == "dropped"
    assert inbound.receive(letter(to, "MAILER-DAEMON@mx.example").as_bytes()) == "dropped"
    assert inbound.receive(letter(to, "").as_bytes()) == "dropped"


def test_a_ring_of_machines_that_hide_it_runs_dry(pair, talk, monkeypatch):
    _ana, bo = pair
    monkeypatch.setattr(inbound, "MOST_AN_HOUR", 3)
    to = address(talk, bo)
    said = [inbound.receive(letter(to, bo.email, message_id=f"<{n}@x>").as_bytes()) for n in range(5)]
    assert said == ["posted"] * 3 + ["dropped"] * 2


def test_photos_that_are_attached_come_along_and_what_is_none_is_refused_kindly(pair, talk):
    _ana, bo = pair
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    made = letter(address(talk, bo), bo.email, "The scratch was there before.")
    made.add_attachment(picture.getvalue(), maintype="image", subtype="jpeg", filename="scratch ümlaut.jpg")
    assert inbound.receive(made.as_bytes()) == "posted"
    line = Message.objects.get(conversation=talk, sequence=2)
    assert line.photos.count() == 1 and line.body == "The scratch was there before."

    made = letter(address(talk, bo), bo.email, "And this.", message_id="<2@x>")
    made.add_attachment(b"no picture", maintype="image", subtype="png", filename="x.png")
    assert inbound.receive(made.as_bytes()) == "refused"
    assert len(mail.outbox) == 1 and "could not be posted" in mail.outbox[0].subject


def test_an_answer_of_nothing_is_told(pair, talk):
    _ana, bo = pair
    assert inbound.receive(letter(address(talk, bo), bo.email, "> only what you wrote\n").as_bytes()) == "refused"
    assert "no words" in mail.outbox[0].body


def test_letters_in_html_alone_in_odd_letters_and_for_a_hidden_recipient(pair, talk):
    _ana, bo = pair
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Message-ID"] = bo.email, "undisclosed-recipients:;", "<html@x>"
    made.set_content("<p>Grüße,<br>bis Freitag</p><blockquote>Is Friday fine?</blockquote>", subtype="html",
                     charset="iso-8859-1")
    assert inbound.receive(made.as_bytes(), [address(talk, bo)]) == "posted"
    assert bodies(talk)[1][1] == "Grüße,\nbis Freitag"


# --- the door -----------------------------------------------------------------------------------------


def sign(body: bytes) -> dict:
    return {"X-Signature": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def test_a_letter_posted_as_it_is_and_signed(client, pair, talk):
    _ana, bo = pair
    raw = letter(address(talk, bo), bo.email).as_bytes()

    def push(headers, body=raw):
        return client.post(URL, body, content_type="message/rfc822", headers=headers)

    assert push({}).status_code == push({"X-Signature": "sha256=00"}).status_code == 403
    assert push(sign(raw + b"x")).status_code == push({"Authorization": "Bearer wrong"}).status_code == 403
    assert len(bodies(talk)) == 1
    answer = push(sign(raw))
    assert answer.status_code == 200 and answer.json() == {"outcome": "posted"}
    assert push({"Authorization": f"Bearer {SECRET}"}).json() == {"outcome": "known"}


def test_a_letter_that_cannot_be_written_just_now_is_brought_again(client, pair, talk, monkeypatch):
    _ana, bo = pair
    raw = letter(address(talk, bo), bo.email).as_bytes()

    def busy(*_args, **_facts):
        raise actions.Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(actions, "post", busy)
        answer = client.post(URL, raw, content_type="message/rfc822", headers=sign(raw))
    assert (answer.status_code, answer.json()) == (503, {"outcome": "later"})
    assert mail.outbox == [], "it is not lost, so nobody is told that it is"
    assert client.post(URL, raw, content_type="message/rfc822", headers=sign(raw)).json() == {"outcome": "posted"}


@pytest.mark.parametrize("field", ["email", "body-mime"])
def test_a_letter_in_a_field_of_a_form(client, pair, talk, field):
    _ana, bo = pair
    raw = letter(address(talk, bo), bo.email, "Grüße! " + "Sehr lang. " * 400).as_bytes()
    basic = {"Authorization": "Basic " + b64encode(f"x:{SECRET}".encode()).decode()}
    form = {field: raw.decode("utf-8", "surrogateescape"), "from": "x"}
    answer = client.post(URL, form, headers=basic)
    assert answer.status_code == 200 and answer.json() == {"outcome": "posted"}
    assert bodies(talk)[1][1].startswith("Grüße! Sehr lang.")
    stamp = str(int(time.time()))
    form |= {"timestamp": stamp, "token": "t", "signature": hmac.new(
        SECRET.encode(), f"{stamp}t".encode(), hashlib.sha256).hexdigest()}
    answer = client.post(URL, urlencode(form), content_type="application/x-www-form-urlencoded")
    assert answer.json() == {"outcome": "known"}
    answer = client.post(URL, urlencode(form | {"timestamp": "1"}), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 403
    assert client.post(URL, {"subject": "no letter"}, headers=basic).status_code == 400


def test_too_large_unasked_for_or_not_set_up(client, settings, pair, talk):
    settings.INBOUND_MAIL_MAX_BYTES = 1000
    body = b"x" * 1001
    assert client.post(URL, body, content_type="message/rfc822", headers=sign(body)).status_code == 413
    assert client.get(URL).status_code == 405
    settings.INBOUND_MAIL_SECRET = ""
    assert client.post(URL, b"x", content_type="message/rfc822", headers=sign(b"x")).status_code == 404


@given(st.binary(max_size=400), st.sampled_from(["message/rfc822", "multipart/form-data; boundary=b", "multipart/mixed",
                                                 "application/x-www-form-urlencoded", "text/plain; charset=x-no"]))
def test_no_bytes_whatever_break_the_door(client, body, kind):
    raw = b"From: a@b.c\r\nTo: reply+" + b"a" * 40 + b"@x\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + body
    for sent in (body, raw):
        answer = client.post(URL, sent, content_type=kind.partition("; charset")[0], headers=sign(sent))
        assert answer.status_code in (200, 400, 413)


# --- what is kept of it -------------------------------------------------------------------------------

ANSWERS = {
    "above, in English": "Fine.\n\nOn Fri, 20 Nov 2026 at 10:01, Ana <reply+x@y> wrote:\n> Is it?\n",
    "above, broken over lines": "Fine.\n\nOn Fri, 20 Nov 2026 at 10:01, Ana via Elm\n<r@y> wrote:\n\n> Is it?",
    "above, in German": "Fine.\n\nAm 20.11.2026 um 10:01 schrieb Ana:\n\n> Is it?\n> Really?",
    "above, in French": "Fine.\n\nLe ven. 20 nov. 2026 à 10:01, Ana a écrit :\n> Is it?",
    "above, in Spanish": "Fine.\n\nEl vie, 20 nov 2026, Ana escribió:\n> Is it?",
    "above, in Italian": "Fine.\n\nIl giorno 20 nov 2026 Ana ha scritto:\n> Is it?",
    "as Outlook does": "Fine.\n\n______________\nFrom: Ana <a@b.c>\nSent: Friday\nTo: Bo\nSubject: x\n\nIs?",
    "as Outlook does in German": "Fine.\n\nVon: Ana <a@b.c>\nGesendet: Freitag\nAn: Bo\n\nIs it?",
    "as an old one does": "Fine.\n\n-----Original Message-----\nFrom: Ana\n\nIs it?",
    "without marks of quoting": "Fine.\n\nOn Friday Ana wrote:\n\n——— Answer above this line ———\n\nAna: Is it?",
    "below": "On Friday, Ana wrote:\n> ——— Answer above ———\n> Is it?\n\nFine.\n",
    "with a signature": "Fine.\n\n-- \nBo Lind\nElm Street 7",
    "from a phone": "Fine.\n\nSent from my iPhone",
    "from a phone in German, quoting": "Fine.\n\nVon meinem iPhone gesendet\n\n> Am 20.11. schrieb Ana:\n> Is it?",
}


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_was_answered(text):
    assert answer_in(text) == answer_in(text.replace("\n", "\r\n")) == "Fine."


@pytest.mark.parametrize(
    "text",
    ["On Monday he wrote: come.\nSo I came.", "From: the station\nyou walk.", "Prices:\n- 5 > 3\n- 7",
     "Two\n\nparagraphs", "Von hier aus: 5 Minuten", "--\nalone", "On Friday Ana wrote:"],
)  # fmt: skip
def test_what_is_not_surely_quoted_stays(text):
    assert answer_in(text) == text.strip()


def test_between_the_lines():
    text = "Hello\n\nOn Friday, Ana wrote:\n> Is it?\nYes.\n> And Saturday?\nNo.\n"
    assert answer_in(text) == "Hello\n\nYes.\n\nNo."


def test_soft_line_breaks_are_mended():
    assert flowed("One long \nline.\nAnother\n-- \nBo") == "One long line.\nAnother\n-- \nBo"
    assert flowed("ein \nWort", delete_space=True) == "einWort"


def test_html_says_its_words_without_what_it_quotes():
    html = (
        "<html><head><style>p{}</style><title>x</title></head><body><p>One<br>two &amp; three</p><div>four</div>"
        '<div class="gmail_quote"><div class="gmail_attr">On Friday Ana wrote:<br></div>'
        "<blockquote>no</blockquote></div>"
        '<div id="divRplyFwdMsg">From: Ana</div><p>no</p></body></html>'
    )
    assert words_of(html) == "One\ntwo & three\n\nfour"


@given(st.text(max_size=300))
def test_any_text_gives_an_answer_that_is_in_it(text):
    said = answer_in(text)
    assert said == answer_in(said) or ">" in text or "--" in text
    assert all(line in text.replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "") for line in said.split("\n"))
