"""What every test stands on: fast hashing, guards that let the clean-up pass, one Hypothesis profile."""

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

settings.register_profile(
    "commonshare", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
settings.load_profile("commonshare")

_tear_down = TransactionTestCase._fixture_teardown


def _tear_down_without_guards(self) -> None:
    """The clean-up empties append-only tables; the flush's own post_migrate puts the guards back."""
    from messaging.writer import writer
    from sharing.db import guards

    writer.stop()  # its thread holds a connection, and the database could not be dropped
    guards.drop()
    _tear_down(self)


TransactionTestCase._fixture_teardown = _tear_down_without_guards


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """A SQLite file rather than memory: threads and the real server must see the same database."""
    import os

    from django.conf import settings as django_settings

    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database.setdefault("TEST", {})["NAME"] = os.path.join(os.environ["VAR_DIR"], f"test-{worker}.sqlite3")


@pytest.fixture(autouse=True)
def _plain_and_fast(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
                                  "QUEUES": ["default", "photos", "mail"]}}


@pytest.fixture(autouse=True)
def _cache_is_asked_again_and_empty(monkeypatch):
    """No test inherits what another was refused ("once in five minutes"), nor that Valkey was away."""
    from django.core.cache import cache

    from sharing.web.sturdy_cache import SturdyCache

    monkeypatch.setattr(SturdyCache, "asked_again_at", 0.0)
    cache.clear()
