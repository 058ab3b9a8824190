"""The cast of these tests: Bo lends a drill, Ana asks, Cleo is the steward, Zoe a stranger."""

from types import SimpleNamespace

import pytest

from tests.bookings.cast import drill, pool, steward_of
from tests.factories import community, member


@pytest.fixture
def cast(db):
    home = community()
    people = SimpleNamespace(
        home=home, bo=member("Bo", of=home), ana=member("Ana", of=home), cleo=steward_of(home), zoe=member("Zoe")
    )
    pool(home)
    people.drill = drill(people.bo, of=home, deposit_minor=2000)
    return people
