"""Every pair of colours that meets on screen is readable by day and by night (WCAG 2.2 AA)."""

import re

import pytest
from django.contrib.staticfiles import finders

TEXT, SIGN = 4.5, 3.0  # 1.4.3 for words, 1.4.11 for borders, rings and drawings that carry meaning

GROUNDS = ("paper", "card", "sunk")
SOFT = ("good-soft", "accent-soft", "bad-soft", "info-soft")
PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in (*GROUNDS, "day")],
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in SOFT],
    *[(word, ground, TEXT) for word in ("brand", "good", "bad", "warn") for ground in GROUNDS],
    *[(kind, ground, TEXT) for kind in ("tool", "room", "ride") for ground in ("paper", "card", "sunk")],
    *[(kind, f"{kind}-soft", SIGN) for kind in ("tool", "room", "ride")],
    *[("ink", f"{kind}-soft", TEXT) for kind in ("tool", "room", "ride")],
    ("bad", "bad-soft", TEXT),
    ("warn", "accent-soft", TEXT),
    ("good", "good-soft", TEXT),
    ("room", "info-soft", SIGN),
    ("brand-ink", "brand", TEXT),
    ("brand-ink", "brand-deep", TEXT),
    ("accent-ink", "accent", TEXT),
    ("accent-ink", "accent-deep", TEXT),
    ("paper", "ink", TEXT),  # chosen chips, pins
    *[("focus", ground, SIGN) for ground in (*GROUNDS, "good-soft", "accent-soft", "bad-soft")],
    *[("edge", ground, SIGN) for ground in GROUNDS],
    *[("brand", ground, SIGN) for ground in (*GROUNDS, "good-soft")],
    *[("chart-1", ground, SIGN) for ground in ("card", "paper")],
    *[("ink", ground, TEXT) for ground in ("map-land", "map-water", "map-green", "map-road")],
    ("ink-soft", "map-land", TEXT),
]


@pytest.fixture(scope="module")
def colours() -> dict[str, tuple[str, str]]:
    """name → (by day, by night), as tokens.css says outside of media queries."""
    with open(finders.find("sharing/css/tokens.css"), encoding="utf-8") as file:
        text = file.read().split("@media")[0]
    found = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", text):
        pair = re.fullmatch(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", value)
        if pair:
            found[name] = pair.groups()
        elif re.fullmatch(r"#[0-9a-f]{6}", value):
            found[name] = (value, value)
    return found


def luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [0, 1], ids=["day", "night"])
def test_every_pair_that_meets_is_readable(colours, scheme):
    faint = {
        f"{front} on {ground}": round(contrast(colours[front][scheme], colours[ground][scheme]), 2)
        for front, ground, least in PAIRS
        if contrast(colours[front][scheme], colours[ground][scheme]) < least
    }
    assert faint == {}
