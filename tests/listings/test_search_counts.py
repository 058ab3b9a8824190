"""Counting many stretches of the curve at once says of each what counting it alone would."""

import pytest

from listings.models import Term
from listings.search import narrow, statements, tiles
from sharing.db import prepared

pytestmark = pytest.mark.django_db


def test_each_range_is_counted_no_further_than_asked():
    Term.objects.bulk_create(
        Term(tid=tid, tile=tile, listing_id=tile, x=0, y=0, z=0) for tid in (1, 2, 3) for tile in range(20)
    )
    ranges = ((0, 3), (3, 4), (5, 5), (10, 20), (19, 2**52))
    counted = dict(prepared.rows(*statements.counts_of_each([1, 2], ranges, 7)))
    assert [counted[number] for number in range(len(ranges))] == [6, 2, 0, 7, 2]


def test_a_hundred_tiles_split_and_cut_are_counted_on_either_engine():
    Term.objects.bulk_create(Term(tid=1, tile=4 * n, listing_id=n + 1, x=0, y=0, z=0) for n in range(600))
    cells = [narrow._Cell(n, tiles.ZOOM - 1, 0.0, 1.0) for n in range(600)]
    ends = tuple((4 * n, 4 * n + 2 if n % 2 else 4 * n) for n in range(600))
    for within, expected in (((tiles.WORLD), [1] * 600), (ends, [n % 2 for n in range(600)])):
        assert narrow._counted([1], cells, within, 96) == expected


def test_statements_are_answered_alike_whether_somebody_listens(django_assert_num_queries):
    Term.objects.create(tid=2**62, tile=7, listing_id=1, x=-1, y=0, z=0)
    asked = ("select x, 5 %% 3 from listings_term where tid = %s and tile = %s", [2**62, 7])
    unheard = prepared.rows(*asked)
    with django_assert_num_queries(1):
        assert prepared.rows(*asked) == unheard == [(-1, 2)]
