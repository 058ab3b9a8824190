"""A kept PostgreSQL connection: no question while it lives, a new one after the server has ended it, plans kept."""

import pytest
from django.db import connection, connections

from sharing.db import prepared

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres_only,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no connections to lose."),
]


def test_a_living_connection_is_not_asked(django_assert_num_queries):
    connection.ensure_connection()
    with django_assert_num_queries(0):
        assert connection.is_usable()


def test_a_connection_that_the_server_ended_is_noticed():
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [pid])
    other.close()

    assert not connection.is_usable()
    connection.close()
    connection.ensure_connection()
    assert connection.is_usable()


KEPT = "select count(*), coalesce(sum(generic_plans), 0) from pg_prepared_statements where statement like %s"


def kept() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT, ["%listings_term where tid%"])
        return cursor.fetchone()


def test_what_search_asks_is_planned_once_whatever_the_size_of_the_numbers():
    connection.close()
    sql = "select listing_id from listings_term where tid = %s and tile >= %s"
    for tid in (1, 40_000, 2**33, 2**62):
        assert prepared.rows(sql, [tid, 7]) == []
    assert kept() == (1, 4)
    connection.close()


def test_behind_a_pooler_nothing_is_kept():
    connection.close()
    connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = True
    try:
        assert prepared.rows("select listing_id from listings_term where tid = %s", [1]) == []
        assert kept() == (0, 0)
    finally:
        connection.close()
        connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = False
