"""Letters about accounts: no page waits for the mail server, one that is away gets them later, once."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from members import letters, tasks
from members.models import OutgoingLetter

pytestmark = pytest.mark.django_db
SIGNUP = {"name": "Ana", "email": "ana@test.example", "password1": "ladder under roof"}


class Away(BaseEmailBackend):
    """A mail server that is not there, or says what `trouble` says."""

    trouble: Exception = ConnectionRefusedError("nobody there")

    def send_messages(self, messages):
        raise self.trouble


@pytest.fixture
def away(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    return lambda trouble: monkeypatch.setattr(Away, "trouble", trouble)


def ready(letter: OutgoingLetter) -> int:
    OutgoingLetter.objects.filter(pk=letter.pk).update(due=timezone.now())
    return letter.pk


def test_a_page_asks_the_mail_server_for_nothing(client, settings, away):
    queues = ["default", "photos", "mail"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": queues}}
    response = client.post("/accounts/signup/", SIGNUP)
    assert response.status_code == 302
    page = client.get(response.url).content.decode()
    assert "Send a new code" in page and "spam folder" in page
    letter, task = OutgoingLetter.objects.get(), DBTaskResult.objects.get()
    assert (letter.attempts, task.queue_name, task.priority) == (0, "mail", tasks.FIRST)
    assert not re.search(r"\d{6}", str(task.args_kwargs)), "what a task is given holds no code"


def test_one_that_is_away_gets_it_when_it_is_back_and_once(client, settings, away):
    assert client.post("/accounts/signup/", SIGNUP).status_code == 302
    letter = OutgoingLetter.objects.get()
    assert (letter.attempts, letter.parked) == (1, None) and "nobody there" in letter.trouble
    assert timezone.now() < letter.due <= timezone.now() + tasks.PAUSES[0]
    assert tasks.carry.func(letter.pk) == "not now", "before its time nobody tries"

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tasks.carry.func(ready(letter)) == "sent" and not OutgoingLetter.objects.exists()
    sent = mail.outbox[0]
    assert sent.to == [SIGNUP["email"]] and re.search(r"^\d{6}$", sent.body, re.M) and sent.alternatives
    assert sent.extra_headers["Message-ID"] == letter.headers["Message-ID"]
    assert tasks.carry.func(letter.pk) == "not now"


def test_what_is_lost_with_its_task_is_found_and_a_code_that_has_ended_is_not_sent():
    now = timezone.now()
    facts = {"subject": "S", "text": "T", "due": now - timedelta(minutes=2)}
    OutgoingLetter.objects.create(recipient="left@test.example", **facts)
    OutgoingLetter.objects.create(recipient="late@test.example", until=now - timedelta(seconds=1), **facts)
    OutgoingLetter.objects.create(recipient="given-up@test.example", parked=now, **facts)
    tasks.carry_what_was_left()
    assert [letter.to for letter in mail.outbox] == [["left@test.example"]]
    assert [row.recipient for row in OutgoingLetter.objects.all()] == ["given-up@test.example"]
    OutgoingLetter.objects.update(parked=now - tasks.KEPT - timedelta(days=1))
    tasks.forget_letters()
    assert not OutgoingLetter.objects.exists()


@pytest.mark.parametrize(
    "trouble",
    [smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such user")}), smtplib.SMTPDataError(554, b"no")],
)
def test_what_is_refused_for_good_is_given_up_at_once_and_shown(trouble, away, capsys):
    from django.core.management import call_command

    away(trouble)
    letters.send("a@b.example", "Your account is closed", "Goodbye.")
    letter = OutgoingLetter.objects.get()
    assert letter.parked and tasks.carry.func(ready(letter)) == "not now"
    call_command("letters")
    assert "a@b.example" in capsys.readouterr().out


def test_after_the_last_try_it_is_given_up(away):
    letters.send("a@b.example", "S", "T")
    letter = OutgoingLetter.objects.get()
    outcomes = [tasks.carry.func(ready(letter)) for _pause in tasks.PAUSES]
    assert outcomes == ["later"] * (len(tasks.PAUSES) - 1) + ["parked"]
