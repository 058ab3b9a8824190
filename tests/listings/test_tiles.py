"""Tiles never lose a point: everything within a circle or a box lies in its ranges."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from listings.search import tiles
from sharing.values.place import Point, metres_between, offset

latitudes = st.one_of(st.floats(-90, 90), st.floats(84, 90), st.floats(-90, -84))
longitudes = st.one_of(st.floats(-180, 180, exclude_max=True), st.floats(179.9, 180, exclude_max=True), st.just(-180.0))
radii = st.floats(0, 7).map(lambda exponent: 10**exponent)
WIDTHS = st.one_of(st.floats(0.0001, 359.9), st.just(360.0))  # degrees of longitude


def inside(number: int, ranges: tiles.Ranges) -> bool:
    return any(low <= number < high for low, high in ranges)


@settings(max_examples=1500)
@given(latitudes, longitudes, radii, st.floats(0, 1), st.floats(0, math.tau))
def test_a_circle_holds_every_point_within_its_radius(lat, lon, metres, share, bearing):
    there = offset(Point(lat, lon), metres * share, bearing)
    if metres_between(Point(lat, lon), there) <= metres:
        assert inside(tiles.tile(there.lat, there.lon), tiles.cover(lat, lon, metres))


@settings(max_examples=600)
@given(latitudes, latitudes, longitudes, WIDTHS, st.floats(0, 1), st.floats(0, 1))
def test_a_box_holds_every_point_of_it_also_across_the_antimeridian(a, b, west, width, up, along):
    south, north = sorted((a, b))
    east = (west + width + 180) % 360 - 180 if width < 360 else west + 360
    lat = min(north, south + (north - south) * up)
    lon = (west + width * along * 0.999 + 180) % 360 - 180
    assert inside(tiles.tile(lat, lon), tiles.box(south, west, north, east))


@settings(max_examples=500)
@given(latitudes, longitudes, st.integers(0, 26))
def test_a_tile_is_the_prefix_of_its_points_and_holds_them(lat, lon, zoom):
    number = tiles.tile(lat, lon, zoom)
    low, high = tiles.span(number, zoom)
    assert low <= tiles.tile(lat, lon) < high
    south, west, north, east = tiles.bounds(number, zoom)
    assert south - 1e-9 <= lat <= north + 1e-9 and west - 1e-9 <= lon <= east + 1e-9


@settings(max_examples=1000)
@given(latitudes, longitudes, latitudes, longitudes, st.integers(1, 22))
def test_no_point_of_a_tile_is_nearer_or_farther_than_its_reach(lat, lon, to_lat, to_lon, zoom):
    near, far = tiles.reach(tiles.tile(lat, lon, zoom), zoom, to_lat, to_lon)
    assert near <= metres_between(Point(lat, lon), Point(to_lat, to_lon)) <= far


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 40)), min_size=1, max_size=40), st.integers(1, 8))
def test_merging_keeps_all_and_leaves_no_more_than_asked(starts, most):
    ranges = [(low, low + length) for low, length in starts]
    merged = tiles.merge(ranges, most)
    assert len(merged) <= most
    assert all(any(a <= low and high <= b for a, b in merged) for low, high in ranges)
    assert all(one[1] < other[0] for one, other in zip(merged, merged[1:], strict=False))


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)), max_size=9),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)), max_size=9),
)
def test_what_is_common_is_what_lies_in_both(one, other):
    a = tiles.merge([(low, low + size) for low, size in one], 99)
    b = tiles.merge([(low, low + size) for low, size in other], 99)
    both = tiles.common(a, b)
    assert {n for n in range(110) if inside(n, both)} == {n for n in range(110) if inside(n, a) and inside(n, b)}


def test_a_small_circle_takes_few_tight_ranges():
    ranges = tiles.cover(47.9959, 7.8522, 500)
    cells = sum(high - low for low, high in ranges)
    cell_metres = tiles.AROUND_M / (1 << 26) * math.cos(math.radians(47.9959))
    assert len(ranges) <= 8
    assert cells * cell_metres**2 < 3.5 * math.pi * 500**2


def test_padding_adds_nothing_but_empty_ranges():
    for n in range(1, 40):
        ranges = tuple((3 * i, 3 * i + 2) for i in range(n))
        longer = tiles.padded(ranges)
        assert longer[:n] == ranges and all(low == high for low, high in longer[n:])
        assert len(longer) < 2 * n + 1 and len(longer).bit_count() == 1
    assert tiles.padded(()) == ()
