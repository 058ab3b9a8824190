"""Valkey away: pages go on, limits hold in the process, health says so, and what comes back is asked again."""

import pytest
from django.core.cache import caches

from members import throttle
from sharing.web.sturdy_cache import SturdyCache
from tests import factories as make
from tests.servers import valkey_in

TOKENS = "/api/v1/tokens/"


@pytest.fixture
def become(monkeypatch):
    """become(url): the house's cache is on that Valkey."""
    monkeypatch.setattr(SturdyCache, "asked_again_at", 0.0)
    before = caches["default"]

    def use(url: str) -> SturdyCache:
        caches["default"] = SturdyCache(url, {"OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2}})
        return caches["default"]

    yield use
    caches["default"] = before


def test_what_is_counted_goes_on_in_the_process_and_valkey_is_asked_again(become, tmp_path, monkeypatch, caplog):
    server, url = valkey_in(tmp_path)
    kept = become(url)
    try:
        assert kept.add("tries", 1, 60) and kept.incr("tries") == 2
    finally:
        server.kill()
        server.wait(10)
    assert kept.add("tries", 1, 60), "what Valkey counted is not known meanwhile"
    assert kept.incr("tries") == 2 and kept.get_many(["tries"]) == {"tries": 2} and not kept.add("tries", 1, 60)
    kept.set_many({"a": 1}, 60)
    kept.delete_many(["a"])
    assert kept.get("a", "none") == "none"
    assert len([line for line in caplog.records if line.name == "commonshare.cache"]) == 1, "said once, not each time"
    with pytest.raises(ValueError):
        kept.incr("never-begun")

    (tmp_path / "valkey.sock").unlink(missing_ok=True)
    server, _url = valkey_in(tmp_path)
    try:
        monkeypatch.setattr(SturdyCache, "asked_again_at", 0.0)  # the moment has passed
        assert kept.get("tries") is None
        kept.reach()
    finally:
        server.kill()
        server.wait(10)


def test_pages_and_their_limits_stand_while_valkey_is_away(become, client, db, settings, tmp_path):
    become(f"unix://{tmp_path}/nobody.sock")
    ana = make.member("Ana")
    wrong = {"email": ana.email, "password": "not hers"}
    codes = [
        client.post(TOKENS, wrong, content_type="application/json").status_code
        for _ in range(throttle.ABOUT_ONE_ADDRESS + 1)
    ]
    assert codes == [401] * throttle.ABOUT_ONE_ADDRESS + [429]
    assert client.get("/accounts/login/").status_code == 200
    assert client.post("/accounts/login/", {"login": ana.email, "password": "not hers"}).status_code in (200, 422)
    assert client.get("/search/", {"near": "some street nobody knows"}).status_code == 200

    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    health = client.get("/healthz")
    assert health.status_code == 503 and health.json()["channel_layer"] == "ConnectionError"
