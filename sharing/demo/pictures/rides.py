"""Cars and vans on their roads. Whole pictures, and the vehicles alone."""

import random

from . import backdrops as b
from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter


def car(c: Canvas, colour: Colour = p.TEAL, luggage: bool = True) -> None:
    """A small family car driving to the right, foot at (0, 0)."""
    c.shadow(s.oval(0, 2, 122, 7), 5, 0.45)
    if luggage:
        c.form(s.rect(-52, -118, 42, 20, 4), p.RUST, 0.9)
        c.form(s.rect(-8, -112, 30, 14, 3), p.MARIGOLD, 0.8)
        c.stroke([(-58, -96), (32, -96)], 3, p.COAL)
    body = s.path("M-118 -26 C-122 -52 -112 -60 -92 -62 C-80 -84 -66 -96 -46 -97 H16 C36 -96 50 -80 62 -62 C94 -58 116 -50 118 -30 C119 -20 114 -16 108 -16 H-108 C-114 -16 -117 -20 -118 -26 Z")
    c.form(body, colour, 1.8)
    c.form(s.path("M-78 -62 C-70 -78 -60 -88 -44 -88 H-20 V-62 Z"), "#cfe6ea", 0.7)
    c.form(s.path("M-12 -88 H14 C28 -87 40 -76 48 -62 H-12 Z"), "#cfe6ea", 0.7)
    c.fill(s.path("M-4 -86 H8 L-6 -64 H-12 V-74 Z"), p.PAPER, 0.5)
    _head(c, 20, -66, "#c98f66", "#2f241d")
    _head(c, -44, -66, "#efc6a2", "#8a4a25")
    c.stroke([(-16, -60), (-16, -22)], 1, darker(colour, 0.3))
    c.stroke([(-108, -44), (112, -42)], 1.6, lighter(colour, 0.4), 0.7)
    c.form(s.rect(-6, -54, 14, 4, 2), p.SILVER, 0.3)
    c.form(s.path("M104 -50 C114 -48 118 -42 118 -36 L106 -38 Z"), "#fff0bd", 0.5)
    c.form(s.rect(-120, -50, 8, 14, 3), p.RED, 0.5)
    c.form(s.rect(-122, -26, 240, 9, 4), p.IRON, 0.6)
    for x in (-66, 68):
        c.fill(s.oval(x, -18, 27), darker(colour, 0.5))
        c.form(s.oval(x, -16, 23), p.COAL, 1)
        c.form(s.oval(x, -16, 12), p.SILVER, 0.8)
        c.form(s.oval(x, -16, 4), p.IRON, 0.4)


def _head(c: Canvas, x: float, y: float, skin: Colour, hair: Colour) -> None:
    c.fill(s.oval(x, y - 5, 9, 9.5), hair)
    c.fill(s.oval(x + 1.5, y - 2, 7.4, 8.4), skin)


def van(c: Canvas, colour: Colour = p.MARIGOLD) -> None:
    """A friendly van driving to the right."""
    c.shadow(s.oval(0, 2, 128, 7), 5, 0.45)
    body = s.path("M-122 -24 V-106 C-122 -118 -114 -124 -102 -124 H44 C66 -124 82 -110 96 -74 C114 -70 122 -60 122 -42 V-24 C122 -18 118 -16 112 -16 H-114 C-120 -16 -122 -18 -122 -24 Z")
    c.form(body, colour, 1.8)
    c.form(s.path("M-122 -62 H100 C114 -60 122 -52 122 -42 V-24 C122 -18 118 -16 112 -16 H-114 C-120 -16 -122 -18 -122 -24 Z"), p.PAPER, 1)
    for x, w in ((-110, 46), (-58, 46), (-6, 40)):
        c.form(s.rect(x, -108, w, 36, 6), "#cfe6ea", 0.7)
        c.fill([(x + 6, -106), (x + 18, -106), (x + 8, -76), (x + 2, -76)], p.PAPER, 0.5)
    c.form(s.path("M44 -110 C62 -110 72 -96 82 -72 H42 V-104 Z"), "#cfe6ea", 0.7)
    _head(c, 58, -78, "#e7b98f", "#3a2a1e")
    _head(c, 14, -78, "#8f5a3a", "#1f1814")
    _head(c, -84, -78, "#f0cba8", "#c78a3a")
    c.form(s.oval(-30, -40, 15), colour, 0.7)
    c.form(s.path("M-30 -30 C-42 -40 -38 -50 -30 -45 C-22 -50 -18 -40 -30 -30 Z"), p.PAPER, 0.4)
    c.stroke([(38, -62), (38, -20)], 1, darker(p.PAPER, 0.3))
    c.form(s.oval(110, -46, 9), "#fff0bd", 0.7)
    c.form(s.rect(-124, -52, 7, 16, 3), p.RED, 0.4)
    c.form(s.rect(-126, -26, 250, 9, 4), p.IRON, 0.6)
    for x in (-70, 74):
        c.fill(s.oval(x, -20, 28), p.COAL)
        c.form(s.oval(x, -18, 24), p.COAL, 1)
        c.form(s.oval(x, -18, 12), p.SILVER, 0.8)
        c.form(s.oval(x, -18, 4), p.IRON, 0.4)


def country(c: Canvas, evening: bool = False) -> None:
    """Hills, a village with its church, poplars, and the road in front."""
    if evening:
        b.sky(c, "#6d7fa6", "#f7c28a", 190)
        c.glow(300, 150, 120, "#ffe3a6", 0.9)
        c.fill(s.oval(300, 152, 24), "#fff0c2")
    else:
        b.sky(c, "#a9cfe0", "#fdf0cf", 190)
        c.fill(s.oval(320, 60, 24), "#ffe7a0")
        b.cloud(c, 60, 60, 1.2)
        b.cloud(c, 210, 44, 0.9)
    far = "#8aa0a8" if evening else "#9dbcb4"
    c.fill(s.path("M-20 176 C40 120 90 140 140 150 C200 110 260 120 320 148 C360 130 400 140 430 150 V230 H-20 Z"), lighter(far, 0.2), to=far)
    mid = "#6f8f62" if evening else "#94b66c"
    c.fill(s.path("M-20 200 C60 150 150 176 220 186 C300 160 360 170 430 186 V240 H-20 Z"), lighter(mid, 0.18), to=darker(mid, 0.1))
    for i in range(8):
        c.stroke([(250 + i * 14, 178 + abs(i - 3) * 1.5), (240 + i * 20, 214)], 1.4, darker(mid, 0.2), 0.5)
    with c.at(96, 186, 0.5):
        b.house(c, -60, 0, 44, 42, "#f0dcc8", p.RUST)
        b.house(c, 30, 4, 52, 40, "#ecd0a4", p.RUST)
        c.form(s.rect(-8, -92, 26, 92), "#f4ead2", 0.9)
        c.form([(-12, -92), (5, -150), (22, -92)], "#7d4a35", 0.9)
        c.form(s.oval(5, -74, 6), p.INK, 0.4)
    for x, size in ((200, 0.7), (222, 0.85), (244, 0.72)):
        with c.at(x, 202, size):
            c.form(s.smooth([(0, -84), (9, -50), (10, -16), (0, 0), (-10, -16), (-9, -50)]), "#55793f", 0.8)
    near = "#66853f" if evening else "#7ea34c"
    c.fill(s.path("M-20 222 C100 200 300 210 430 216 V310 H-20 Z"), lighter(near, 0.1), to=darker(near, 0.15))
    road(c)


def road(c: Canvas, top: float = 244) -> None:
    c.fill(s.rect(-20, top, 440, 80), "#6d7672", to="#565f5c")
    c.fill(s.rect(-20, top, 440, 2.4), "#d9d2bd")
    for x in range(-10, 420, 58):
        c.fill(s.rect(x, top + 26, 32, 3.4, 1), "#efe6cc", 0.9)
    rng = random.Random(4)
    for _ in range(40):
        x = rng.uniform(0, 400)
        c.stroke([(x, top), (x + rng.uniform(-3, 3), top - rng.uniform(4, 10))], 1, rng.choice([p.LEAF, p.MOSS, p.STRAW]), 0.8)


def skyline(c: Canvas, evening: bool = True) -> None:
    """A city with towers behind its river, the road in front."""
    b.sky(c, "#54698f" if evening else "#a9cfe0", "#f6b98a" if evening else "#fdf0cf", 200)
    c.glow(120, 170, 130, "#ffdf9e", 0.8)
    rng = random.Random(11)
    for depth, tone in ((0, "#8e93a8"), (1, "#5d6b82")):
        x = -20.0
        while x < 420:
            w, hh = rng.uniform(20, 36), rng.uniform(46, 128) - depth * 18
            shade = lighter(tone, rng.uniform(0, 0.12))
            c.form(s.rect(x, 206 - hh, w, hh + 12), shade, 0.5)
            if rng.random() < 0.25:
                c.form([(x + 2, 206 - hh), (x + w / 2, 206 - hh - 22), (x + w - 2, 206 - hh)], shade, 0.5)
            for wy in range(int(206 - hh) + 8, 198, 11):
                for wx in range(int(x) + 5, int(x + w) - 5, 8):
                    if rng.random() < 0.5:
                        c.fill(s.rect(wx, wy, 3.4, 5), "#ffe2a0", 0.85)
            x += w + rng.uniform(-2, 6)
    c.fill(s.rect(-20, 206, 440, 44), "#8fa6b4", to="#5c7a8b")
    for i in range(26):
        x, y = rng.uniform(0, 400), rng.uniform(210, 240)
        c.stroke([(x, y), (x + 10 + i % 9, y)], 1, "#ffdfa6", 0.5)
    road(c)


def coast(c: Canvas) -> None:
    """A coast road above the sea."""
    b.sky(c, "#9fd0e0", "#fdf3d6", 170)
    c.fill(s.oval(90, 64, 24), "#ffe7a0")
    b.cloud(c, 250, 60, 1.1)
    c.fill(s.rect(-20, 150, 440, 110), "#6fb0bd", to="#3f8a9c")
    rng = random.Random(6)
    for _ in range(40):
        x, y = rng.uniform(0, 400), rng.uniform(154, 236)
        c.stroke([(x, y), (x + rng.uniform(8, 22), y)], 1, p.PAPER, 0.5)
    c.form(s.path("M430 120 C380 116 350 140 320 150 C300 166 330 180 360 200 C390 214 430 220 430 220 Z"), "#cdb38a", 1)
    c.fill(s.path("M430 112 C384 110 356 132 330 146 C360 142 400 150 430 150 Z"), p.MOSS)
    with c.at(140, 190, 0.7):
        c.form([(-30, 0), (34, 0), (24, 14), (-22, 14)], p.RUST, 0.8)
        c.form([(0, -4), (0, -62), (34, -4)], p.PAPER, 0.8)
        c.form([(-4, -4), (-4, -54), (-26, -4)], p.CREAM, 0.7)
    c.fill(s.path("M-20 230 C100 218 280 226 430 214 V310 H-20 Z"), "#c9b27c", to="#a68f5c")
    for x in (26, 90, 352):
        c.form(s.oval(x, 234, 17, 11), p.LEAF, 0.8)
    road(c)
