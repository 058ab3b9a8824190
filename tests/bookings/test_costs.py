"""What bookings add to the pages of other rooms costs the same with 1, 3 and 24 of them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import messaging.actions
from bookings import actions
from tests.factories import days

ROWS = (1, 3, 24)


def cost(client: Client, url: str) -> int:
    client.get(url)  # what is kept in memory after the first time
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url).status_code == 200
    return len(statements)


@pytest.mark.parametrize("who", ["ana", "bo"])
def test_home_costs_the_same_however_many_bookings_wait(cast, client, who):
    client.force_login(getattr(cast, who))
    counted, made = {}, 0
    for rows in ROWS:
        for day in range(made, rows):
            booking = actions.request(cast.drill.pk, by=cast.ana, **days(2 + day, 3 + day))
            if who == "ana":
                actions.take(booking.pk, "accept", by=cast.bo)
        made = rows
        counted[rows] = cost(client, "/")
    assert len(set(counted.values())) == 1 and max(counted.values()) <= 17, counted


def test_a_conversation_beside_its_booking_costs_the_same_however_long_it_is(cast, client):
    booking = actions.request(cast.drill.pk, by=cast.ana, **days(2, 4))
    client.force_login(cast.ana)
    counted, said = {}, 0
    for rows in ROWS:
        for number in range(said, rows):
            messaging.actions.post(booking.conversation_id, by=cast.bo, body="Ring twice.", client_id=str(number))
        said = rows
        counted[rows] = cost(client, f"/messages/{booking.conversation_id}/")
    assert len(set(counted.values())) == 1 and max(counted.values()) <= 20, counted
