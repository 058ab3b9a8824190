"""What is kept of a page is what it would say, for everyone in each language, and nothing of one person."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, TemplateSyntaxError
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
    monkeypatch.setattr(kept._kept, "most", 4)
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


GREETS = Template(
    '{% load kept i18n %}{% kept "greets" of %}<p>{% translate "Find" %} {{ of }}</p>'
    "{% fresh %}{{ word }}{% endfresh %}!"
    '{% kept "within" also %}({{ also }}){% endkept %}{% fresh %}{{ word }}{% endfresh %}{% endkept %}'
)


def greets(of, word: str, also: str = "x") -> str:
    return GREETS.render(Context({"of": of, "word": word, "also": also}))


def test_what_is_fresh_within_is_rendered_each_time_and_so_is_a_kept_part_within():
    assert greets("a", "<1>") == "<p>Find a</p>&lt;1&gt;!(x)&lt;1&gt;"
    assert greets("a", "2", "y") == "<p>Find a</p>2!(y)2" and greets("a", "3") == "<p>Find a</p>3!(x)3"
    assert {key[0] for key in kept._kept} == {"greets", "within"} and len(kept._kept) == 3
    assert not any("<1>" in str(parts) for parts in kept._kept.values())
    assert greets(None, "4") == "<p>Find None</p>4!(x)4"


def test_what_is_fresh_cannot_stand_where_its_names_would_be_gone():
    for around in ("{{% for word in words %}}{}{{% endfor %}}", "{{% with word=1 %}}{}{{% endwith %}}"):
        part = around.format("{% fresh %}{{ word }}{% endfresh %}")
        with pytest.raises(TemplateSyntaxError):
            Template("{% load kept %}{% kept 'loop' 1 %}" + part + "{% endkept %}").render(Context({"words": [1]}))
        assert not kept._kept
    free = Template("{% load kept %}{% for word in words %}{% fresh %}{{ word }}{% endfresh %}{% endfor %}")
    assert free.render(Context({"words": [1, 2]})) == "12"


@pytest.mark.django_db
def test_the_page_of_search_is_kept_without_what_is_of_one_member(client):
    ours, theirs = factories.community("Elm Street"), factories.community("Oak Street")
    pages = {}
    for name, community in (("Ana", ours), ("Ben", theirs)):
        client.force_login(factories.member(name, of=community))
        for _again in range(2):
            pages[name] = client.get("/search/?q=drill&near=Freiburg").content.decode()
    assert f'value="{ours.slug}"' in pages["Ana"] and f'value="{theirs.slug}"' not in pages["Ana"]
    assert f'value="{theirs.slug}"' in pages["Ben"] and f'value="{ours.slug}"' not in pages["Ben"]
    tokens = [re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1] for page in pages.values()]
    assert tokens[0] != tokens[1] and not any(token in str(kept._kept) for token in tokens)
    client.logout()
    strange = client.get("/search/?q=saw&near=Basel").content.decode()
    for of_another in ("csrfmiddlewaretoken", "Elm Street", "“drill”", 'value="drill"', "q=drill"):
        assert of_another not in strange
    assert 'name="q" type="search" value="saw"' in strange and 'value="Basel"' in strange
