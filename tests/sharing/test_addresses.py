"""Addresses are found by their first word, and mean what the rooms wrote."""

from importlib import import_module

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.urls.resolvers import RoutePattern, URLResolver

from sharing import urls
from sharing.web import addresses


def view(name: str):
    return lambda request, **kwargs: HttpResponse(name)


def resolver(patterns: list) -> URLResolver:
    return URLResolver(RoutePattern(""), patterns)


def test_those_with_one_word_stand_together_and_keep_their_order_names_and_arguments():
    written = [
        path("a/<int:pk>/", view("number"), {"more": 1}, name="number"),
        path("b/", view("b"), name="b"),
        path("a/<slug:word>/", view("word"), name="word"),
        re_path("^c/(?P<rest>.*)$", view("rest"), name="rest"),
        path("a/", view("a"), name="a"),
    ]
    found = resolver(addresses.by_first_word(written))
    assert [str(one.pattern) for one in found.url_patterns] == ["a/", "b/", "^c/(?P<rest>.*)$"]
    for asked in ("a/7/", "a/x/", "a/", "b/", "c/d/e"):
        before, after = resolver(written).resolve(asked), found.resolve(asked)
        for fact in ("func", "kwargs", "url_name", "route"):
            assert getattr(before, fact) == getattr(after, fact), asked
    assert found.reverse("number", pk=7) == "a/7/" and found.reverse("word", word="x") == "a/x/"


@pytest.mark.parametrize("module", ["urls", "api"])
def test_every_address_of_the_rooms_begins_with_a_plain_word(module):
    """What begins otherwise is tried last, after every word, and on each request that finds nothing."""
    for room in urls.ROOMS:
        for address in import_module(f"{room}.{module}").urlpatterns:
            assert isinstance(address, URLPattern) and addresses._split(address)[0], address
