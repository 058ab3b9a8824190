"""What is kept of a page is what it would say, for everyone in each language, and nothing of one person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.utils import translation

from sharing.web.templatetags import kept
from tests import factories

SAYS = Template('{% load kept i18n %}{% kept "greeting" of %}{% translate "Find" %} {{ word }}{% endkept %}')


@pytest.fixture(autouse=True)
def _fresh():
    kept._kept.clear()


def says(of, word: str) -> str:
    return SAYS.render(Context({"of": of, "word": word}))


def test_it_is_rendered_once_for_all_it_depends_on_and_for_each_language():
    assert says("a", "<one>") == says("a", "two") == "Find &lt;one&gt;"
    assert says("b", "two") == "Find two"
    with translation.override("de"):
        assert says("a", "drei").endswith("drei")
    assert len(kept._kept) == 3


def test_none_keeps_nothing():
    assert [says(None, "one"), says(None, "two")] == ["Find one", "Find two"]
    assert not kept._kept


def test_no_more_than_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 4)
    for number in range(9):
        assert says(number, str(number)) == f"Find {number}"
    assert len(kept._kept) <= 4


@pytest.mark.django_db
def test_the_frame_of_a_member_is_never_kept_for_others(client):
    ana = factories.member("Ana", of=factories.community())
    assert kept.for_all("/search/", ana) is None and kept.for_all("/search/", AnonymousUser()) == "/search/"
    strange = client.get("/search/").content.decode()
    client.force_login(ana)
    own = client.get("/search/").content.decode()
    client.logout()
    assert ana.email in own and ana.email not in strange
    assert ana.email not in client.get("/search/").content.decode()


@pytest.mark.django_db
def test_the_sheet_of_filters_says_what_is_chosen(client):
    plain = client.get("/search/").content.decode()
    assert 'value="gift" form="seek">' in plain
    chosen = client.get("/search/?terms=gift&max_price=7").content.decode()
    assert 'value="gift" form="seek" checked' in chosen and 'name="max_price" form="seek"' in chosen
    assert 'value="7"' in chosen
    assert client.get("/search/").content.decode().count("checked") == plain.count("checked")
    tools, rooms = (client.get(f"/search/?kind={kind}").content.decode() for kind in ("tool", "room"))
    assert 'name="condition"' in tools and 'name="condition"' not in rooms and 'name="beds"' in rooms
