"""Signing up and in, in the reader's language, and what the letters say."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from members import actions
from members.forms import SignupForm
from members.models import Member
from tests import factories as make

pytestmark = pytest.mark.django_db
SIGNUP = {"name": "  Ana   Ribeiro ", "email": "Ana@Test.example", "password1": "ladder under roof"}


def test_a_neighbour_signs_up_with_a_code_and_is_in(client, settings):
    response = client.post("/accounts/signup/", {**SIGNUP, "time_zone": "Europe/Madrid"})
    assert response.url == reverse("account_email_verification_sent")
    member = Member.objects.get()
    assert (member.name, member.email, member.time_zone, member.language) == (
        "Ana Ribeiro", "ana@test.example", "Europe/Madrid", "en",
    )
    letter = mail.outbox[0]
    code = re.search(r"^\d{6}$", letter.body, re.M).group()
    assert code in letter.subject and "<p class=\"code\">" + code in letter.alternatives[0][0]

    assert client.post(response.url, {"code": "000000" if code != "000000" else "111111"}).status_code == 200
    settings.OUTBOX_SHOWN = False
    assert "They hold for a quarter of an hour." in client.get(response.url).content.decode()
    assert reverse("outbox") not in client.get(response.url).content.decode()
    settings.OUTBOX_SHOWN = True
    assert reverse("outbox") in client.get(response.url).content.decode()
    assert client.post(response.url, {"code": code}).url == reverse("communities")
    welcome = client.get(reverse("communities")).content.decode()
    assert "Welcome, Ana Ribeiro." in welcome and "Good to see you" not in welcome, "greeted once"
    assert client.get("/settings/").status_code == 200
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 81}, "name"), ({"name": "A\x00na"}, "name"),
        ({"email": "no address"}, "email"), ({"email": "a@b.example\x00"}, "email"),
        ({"email": "a" * 250 + "@test.example"}, "email"), ({"password1": "short"}, "password1"),
        ({"password1": "password"}, "password1"), ({"password1": "ana@test.example"}, "password1"),
    ],
)
def test_bad_sign_ups_say_why_at_the_field(client, bad, field):
    response = client.post("/accounts/signup/", SIGNUP | bad)
    assert response.status_code == 200 and field in response.context["form"].errors
    assert not Member.objects.exists() and not mail.outbox


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "x" * 64, "../etc/passwd"])
def test_a_zone_nobody_knows_is_no_hurdle(client, zone):
    client.post("/accounts/signup/", SIGNUP | {"time_zone": zone})
    assert Member.objects.get().time_zone == "UTC"


def test_signing_up_twice_tells_the_stranger_nothing_and_the_owner_by_letter(client):
    actions.register("ana@test.example", "Ana", make.PASSWORD)
    response = client.post("/accounts/signup/", SIGNUP)
    assert response.url == reverse("account_email_verification_sent")
    assert Member.objects.count() == 1 and "You are here already" in mail.outbox[0].subject


def test_a_registered_member_signs_in_by_password_alone(client):
    actions.register("bo@test.example", "Bo", make.PASSWORD)
    response = client.post("/accounts/login/", {"login": "BO@test.example", "password": make.PASSWORD})
    assert (response.status_code, response.url) == (302, "/")
    assert "Good to see you" not in client.get("/").content.decode()
    client.logout()
    make.join(Member.objects.get(), make.community())
    client.post("/accounts/login/", {"login": "BO@test.example", "password": make.PASSWORD})
    assert "Good to see you, Bo." in client.get("/").content.decode()


def test_a_superuser_signs_in_without_proving_an_address(client):
    Member.objects.create_superuser("root@test.example", make.PASSWORD, name="Root")
    client.post("/accounts/login/", {"login": "root@test.example", "password": make.PASSWORD})
    assert client.get("/admin/").status_code == 200


def test_the_administration_has_no_door_of_its_own(client):
    assert client.get("/admin/login/").url.startswith("/accounts/login/")


def test_a_wrong_password_and_an_unknown_address_sound_alike(client):
    actions.register("bo@test.example", "Bo", make.PASSWORD)
    said = [
        client.post("/accounts/login/", {"login": login, "password": "wrong"}).context["form"].non_field_errors()
        for login in ("bo@test.example", "nobody@test.example")
    ]
    assert said[0] == said[1] == ["This address and this password do not belong together."]


def test_a_member_signs_in_by_a_code_in_their_own_language(client):
    actions.register("bo@test.example", "Bo", None, language="de")
    response = client.post("/accounts/login/code/", {"email": "bo@test.example"})
    assert "They hold for ten minutes." in client.get(response.url, headers={"accept-language": "en"}).content.decode()
    code = re.search(r"^\d{6}$", mail.outbox[0].body, re.M).group()
    assert client.post(response.url, {"code": code}).status_code == 302
    assert client.get("/settings/").status_code == 200


def test_a_forgotten_password_is_replaced_by_a_code(client):
    member = actions.register("bo@test.example", "Bo", "forgotten long ago")
    response = client.post("/accounts/password/reset/", {"email": "bo@test.example"})
    code = re.search(r"^\d{6}$", mail.outbox[0].body, re.M).group()
    response = client.post(response.url, {"code": code})
    new = {"password1": "ladder over roof", "password2": "ladder over roof"}
    assert client.post(response.url, new).status_code == 302
    member.refresh_from_db()
    assert member.check_password("ladder over roof")


def test_a_second_step_stands_between_password_and_pages(client):
    member = actions.register("bo@test.example", "Bo", make.PASSWORD)
    TOTP.activate(member, generate_totp_secret())
    response = client.post("/accounts/login/", {"login": "bo@test.example", "password": make.PASSWORD})
    assert response.url == reverse("mfa_authenticate")
    assert client.get(response.url).status_code == 200
    assert client.get("/settings/").status_code == 302


def test_a_changed_address_is_told_to_the_old_one(client):
    member = actions.register("bo@test.example", "Bo", make.PASSWORD)
    client.post("/accounts/login/", {"login": "bo@test.example", "password": make.PASSWORD})
    assert client.post("/accounts/email/", {"email": "bo@new.example", "action_add": ""}).url.startswith(
        reverse("account_reauthenticate")
    )
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    client.post("/accounts/email/", {"email": "bo@new.example", "action_add": ""})
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.M).group()
    client.post(reverse("account_email_verification_sent"), {"code": code})
    member.refresh_from_db()
    assert member.email == "bo@new.example"
    assert "Your e-mail address has changed" in [letter.subject for letter in mail.outbox]
    assert {"bo@test.example"} == {letter.to[0] for letter in mail.outbox if "changed" in letter.subject}


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_request_login_code", "account_reset_password", "account_inactive"],
)
def test_every_page_of_the_entrance_stands(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200 and b"entrance__form" in response.content


@pytest.mark.parametrize(
    "name",
    [
        "account_email", "account_change_password", "mfa_index", "usersessions_list", "settings",
        "settings_language", "settings_tokens", "settings_data", "settings_close",
    ],
)
def test_every_page_of_the_settings_stands_and_is_for_members_alone(name):
    actions.register("bo@test.example", "Bo", make.PASSWORD)
    client = Client()
    assert client.get(reverse(name)).url.startswith("/accounts/login/")
    client.post("/accounts/login/", {"login": "bo@test.example", "password": make.PASSWORD})
    response = client.get(reverse(name))
    assert response.status_code == 200 and b"side-nav" in response.content
    assert b"style=" not in response.content and b"onclick" not in response.content


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_every_page_of_the_second_step_stands(name):
    member = actions.register("bo@test.example", "Bo", make.PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": "bo@test.example", "password": make.PASSWORD})
    if name == "mfa_generate_recovery_codes":
        TOTP.activate(member, generate_totp_secret())
    assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))
    again = "mfa_reauthenticate" if name == "mfa_generate_recovery_codes" else "account_reauthenticate"
    assert client.get(reverse(again)).status_code == 200
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    assert client.get(reverse(name)).status_code == 200


def test_the_language_of_the_page_becomes_the_members_own(rf):
    member = make.member("Ana")
    form = SignupForm({"name": "Ana", "time_zone": ""})
    assert form.is_valid()
    with override("de"):
        form.signup(rf.post("/"), member)
    assert member.language == "de"
