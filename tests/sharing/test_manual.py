"""The description of the API: the same for everybody, made once for each language and format."""

import json

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats

from sharing.web.api import manual

JSON, YAML = "application/vnd.oai.openapi+json", "application/vnd.oai.openapi"


@pytest.fixture
def made(monkeypatch):
    """How often a schema was thought out."""
    manual._said.cache_clear()
    times, make = [], manual.Schema.generator_class.get_schema

    def counting(self, *args, **kwargs):
        times.append(1)
        return make(self, *args, **kwargs)

    monkeypatch.setattr(manual.Schema.generator_class, "get_schema", counting)
    yield times
    manual._said.cache_clear()


def test_it_is_made_once_for_each_language_and_format_and_unknown_ones_make_none(client, made):
    address = reverse("schema")
    first = client.get(address, headers={"accept": JSON})
    assert first["Content-Type"].startswith(JSON) and "Commonshare" in first["Content-Disposition"]
    paths = json.loads(first.content)["paths"]
    assert "/api/v1/listings/" in paths and address not in paths
    for strange in ("xx", "../de", "de" * 400):
        assert client.get(address, {"lang": strange}, headers={"accept": JSON}).content == first.content
    assert len(made) == 1
    assert client.get(address, headers={"accept": YAML}).content.startswith(b"openapi: 3.1.0")
    assert len(made) == 2 and manual._said.cache_info().currsize == 2
    assert client.post(address).status_code == 405
    assert client.get(address, headers={"accept": "image/png"}).status_code == 406


def test_no_two_things_of_the_api_go_by_one_name_and_nothing_of_it_is_guessed():
    """A name that two shapes share describes one of them wrongly, to every program that is made from it."""
    reset_generator_stats()
    schema = manual.Schema.generator_class().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache and not GENERATOR_STATS._error_cache
    named = [deed["operationId"] for path in schema["paths"].values() for deed in path.values()]
    assert len(named) == len(set(named)) > 200 and not [name for name in named if name[-2:] in ("_2", "_3")]
