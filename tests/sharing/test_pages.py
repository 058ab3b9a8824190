"""The pages of the whole house: home, errors, what makes it an app, and nothing inline in any page."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from sharing.web.templatetags.shell import STYLESHEETS
from tests import factories

ROOT = Path(django_settings.BASE_DIR)
# Letters have no other place for their style.
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.parts)
INLINE = re.compile(
    r"""<style(?![^>]*\snonce=)       # a sheet in the page that any answer could bring
    | \sstyle\s*=                     # a style on an element
    | \son[a-z]+\s*=\s*["']           # a handler
    | \shx-on                         # a handler by another name
    | href\s*=\s*["']\s*javascript:
    | <script(?![^>]*\ssrc=)(?![^>]*type="application/json")""",
    re.VERBOSE | re.IGNORECASE,
)


@pytest.mark.django_db
def test_home_answers_anyone_with_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page = client.get("/")

    assert page.status_code == 200
    text = page.content.decode()
    assert f'action="{reverse("search")}"' in text
    assert [name for name in ("q", "near", "from", "to") if f'name="{name}"' not in text] == []
    assert 'id="how"' in text


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "member"])
def test_every_link_of_the_frame_leads_somewhere(client, django_user_model, signed_in):
    if signed_in:
        client.force_login(django_user_model.objects.create_user("ana@example.org", name="Ana"))
    text = client.get("/").content.decode()

    assert 'href=""' not in text and 'action=""' not in text
    assert ("data-member=" in text) is signed_in


@pytest.mark.django_db
def test_every_page_says_its_language_and_leads_past_the_header(client, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    text = client.get("/", headers={"accept-language": "de"}).content.decode()

    assert '<html lang="de" dir="ltr">' in text
    assert 'class="skip" href="#main"' in text and '<main id="main"' in text


@pytest.mark.django_db
def test_the_language_can_be_switched_without_script(client, settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    chosen = client.post(reverse("set_language"), {"language": "fr", "next": "/"}, follow=True)

    assert '<html lang="fr"' in chosen.content.decode()


def test_the_manifest_names_icons_that_exist(client):
    answer = client.get("/manifest.webmanifest")
    facts = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (facts["start_url"], facts["display"]) == ("/", "standalone")
    assert [icon["sizes"] for icon in facts["icons"]] == ["192x192", "512x512", "512x512"]
    assert [icon["src"] for icon in facts["icons"] if not _static(icon["src"])] == []


def test_the_service_worker_keeps_only_files_that_exist(client):
    answer = client.get("/sw.js")
    script = answer.content.decode()
    facts = json.loads(re.search(r"const FACTS = (\{.*\})", script)[1])

    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "%VERSION%" not in script and "&quot;" not in script
    assert [path for path in facts["shell"] if path != facts["offline"] and not _static(path)] == []


def test_the_offline_page_knows_no_member(client):
    """There is no database mark here: the first query would fail."""
    page = client.get("/offline/")

    assert page.status_code == 200
    assert b"data-seen" in page.content and b"data-member" not in page.content


@pytest.mark.django_db
def test_an_unknown_address_gets_the_kind_page(client):
    page = client.get("/no/such/note/")

    assert page.status_code == 404
    assert b"Nothing hangs here" in page.content


@pytest.mark.django_db
def test_a_stale_form_gets_a_page_with_the_way_back():
    page = Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "de"})

    assert page.status_code == 403
    assert b"Please send that once more" in page.content


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_error_pages_stand_on_their_own(name):
    """They are drawn when nothing else may work: no request, no member, no row."""
    text = get_template(name).render()

    assert "</html>" in text and 'href="/"' in text


@pytest.mark.django_db
def test_the_style_guide_is_for_developers(client, settings):
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.django_db
def test_the_home_page_comes_with_a_policy_that_allows_nothing_inline(client):
    policy = client.get("/")["Content-Security-Policy"]

    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_style_script_or_handler(template):
    markup = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)
    found = [markup[max(0, hit.start() - 40) : hit.end() + 40] for hit in INLINE.finditer(markup)]

    assert found == []


def test_styles_and_scripts_of_a_page_weigh_less_than_60_kilobytes():
    names = [
        *(f"sharing/css/{name}.css" for name in STYLESHEETS),
        "sharing/css/home.css",
        "django_htmx/htmx-2.min.js",
    ]
    names += [f"sharing/js/{name}.js" for name in ("app", "busy", "confirm", "flashes", "menus", "offline")]
    weight = sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in names)

    assert weight < 60_000


def _static(address: str) -> str | None:
    return finders.find(address.removeprefix(django_settings.STATIC_URL))


@pytest.mark.django_db
def test_even_the_manual_of_the_api_runs_no_script_in_the_page(client):
    page = client.get(reverse("api_docs"))
    policy = dict(part.strip().split(" ", 1) for part in page["Content-Security-Policy"].split(";"))

    assert policy["script-src"] == "'self'"
    html = page.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert f'href="{reverse("home")}"' in html and "<html lang" in html, "there is a way back"
    assert "SwaggerUIBundle(" in client.get(f"{reverse('api_docs')}?script").content.decode()


@pytest.mark.django_db
def test_what_a_member_was_shown_is_kept_by_no_shared_cache_and_goes_at_sign_out(client, django_user_model):
    assert not client.get(reverse("home")).has_header("Cache-Control")
    client.force_login(django_user_model.objects.create(name="Ana", email="ana@neighbours.example"))
    mine, everybodys = client.get(reverse("home")), client.get(reverse("manifest"))
    gone = client.post(reverse("account_logout"))

    assert mine["Cache-Control"] == "private, no-cache"
    assert "public" in everybodys["Cache-Control"]
    assert gone["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db
def test_the_token_of_a_form_does_not_stay_in_the_address(client):
    shown = client.get(reverse("home"), {"csrfmiddlewaretoken": "secret", "q": "drill", "kind": ["tool", "room"]})

    assert shown.status_code == 302 and shown["Location"] == f"{reverse('home')}?q=drill&kind=tool&kind=room"
    assert client.get(reverse("home"), {"csrfmiddlewaretoken": "secret"})["Location"] == reverse("home")
    for asked in ({"csrfmiddlewaretoken": "secret"}, {"csrfmiddlewaretoken": "secret", "q": "drill"}):
        elsewhere = client.get("/", asked, PATH_INFO="//evil.example/")["Location"]
        assert not elsewhere.startswith("//") and "://" not in elsewhere


@pytest.mark.django_db
def test_an_address_that_is_only_posted_to_leads_to_its_page(client):
    client.force_login(factories.member())
    assert client.get("/c/somewhere/decisions/11/ballot/").url == "/c/somewhere/decisions/11/"
    assert client.get("/notifications/read/?x=1").url == "/notifications/"
    answer = client.post("/search/")
    assert answer.status_code == 405 and "GET" in answer["Allow"] and b"That cannot be done here" in answer.content
    assert client.get("/api/v1/tokens/").status_code != 302


@pytest.mark.django_db
def test_what_is_no_page_may_load_nothing(client):
    for address in ("/api/v1/listings/", "/api/v1/listings/999999/", "/healthz"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert (policy == "default-src 'none'; frame-ancestors 'none'") == ("json" in answer["Content-Type"]), address
    assert "script-src 'self'" in client.get("/")["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_of_the_api_that_is_none_says_so_as_a_problem(method):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)("/api/v1/nowhere/", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
