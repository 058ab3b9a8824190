"""The guards stand in the database, on either engine, and come back when a migration took them away."""

import pytest

from sharing.db import guards

pytestmark = pytest.mark.django_db


def test_every_registered_guard_stands():
    assert list(guards.registered()) and guards.missing() == []


def test_a_dropped_guard_is_noticed_and_put_back():
    guards.drop()
    assert "claims_never_exceed_the_capacity" in " ".join(guards.missing())
    guards.install()
    assert guards.missing() == []
