"""What stands behind and beneath the things: tables, walls, gardens, streets."""

import random

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter, mix


def wall(c: Canvas, colour: Colour, horizon: float = 205) -> None:
    """A painted wall, brighter where the light comes in."""
    c.fill(s.rect(-20, -20, 440, horizon + 30), lighter(colour, 0.22), to=darker(colour, 0.05), angle=60)


def window_light(c: Canvas, x: float = 40, y: float = 10, size: float = 1, alpha: float = 0.42) -> None:
    """Sunlight through a window with four panes, lying aslant on the wall."""
    for row in range(2):
        for column in range(2):
            left, top = x + column * 54 * size, y + row * 66 * size + column * 12 * size
            w, h = 48 * size, 58 * size
            pane = [(left, top), (left + w, top + 11 * size), (left + w, top + h + 11 * size), (left, top + h)]
            c.soft(pane, "#fff4d6", 1.6, alpha)


def table(c: Canvas, colour: Colour = p.WOOD, top: float = 205, seed: int = 1) -> None:
    """A wooden table seen from a little above, its boards running away from us."""
    rng = random.Random(seed)
    c.shadow(s.rect(-20, top - 10, 440, 8), 6, 0.28)
    c.fill(s.rect(-20, top, 440, 310 - top), lighter(colour, 0.2), to=darker(colour, 0.1), angle=80)
    edges = [-150, -52, 36, 128, 214, 300, 392, 490, 590]
    for left, right in zip(edges, edges[1:], strict=False):
        def at(x: float, y: float) -> float:
            return 200 + (x - 200) * (0.72 + 0.42 * (y - top) / (300 - top))

        board = [(at(left, top), top), (at(right, top), top), (at(right, 306), 306), (at(left, 306), 306)]
        c.fill(board, rng.choice([darker(colour, 0.3), lighter(colour, 0.4), colour]), 0.16)
        c.stroke([board[0], board[3]], 0.7, darker(colour, 0.35), 0.5)
        for _ in range(3):
            x = rng.uniform(left + 10, right - 10)
            wave = [(at(x + rng.uniform(-4, 4), y), y) for y in range(int(top), 309, 24)]
            c.stroke(s.smooth(wave, closed=False, steps=4), 0.5, darker(colour, 0.25), 0.3)
    c.fill(s.rect(-20, top, 440, 1.4), lighter(colour, 0.5), 0.7)


def floor(c: Canvas, wall_colour: Colour, colour: Colour = p.WOOD, horizon: float = 222) -> None:
    """A room: wall, skirting board and a floor of boards."""
    wall(c, wall_colour, horizon)
    c.fill(s.rect(-20, horizon, 440, 100), lighter(colour, 0.12), to=darker(colour, 0.08), angle=85)
    rows = [horizon, horizon + 9, horizon + 21, horizon + 37, horizon + 58, 310]
    for index, (top, bottom) in enumerate(zip(rows, rows[1:], strict=False)):
        c.stroke([(-20, bottom), (420, bottom)], 0.6, darker(colour, 0.35), 0.45)
        shift = (index * 67) % 110
        for x in range(-80 + shift, 460, 130):
            c.stroke([(x, top), (200 + (x - 200) * 1.04, bottom)], 0.6, darker(colour, 0.35), 0.4)
            if (x + index) % 3 == 0:
                c.fill([(x, top), (x + 130, top), (x + 133, bottom), (x, bottom)], lighter(colour, 0.4), 0.13)
    c.form(s.rect(-20, horizon - 11, 440, 11), lighter(wall_colour, 0.62), rim=0.6)
    c.shadow(s.rect(-20, horizon, 440, 4), 3, 0.25)


def studio(c: Canvas, colour: Colour, horizon: float = 215) -> None:
    """A sheet of coloured paper that bends softly from wall to ground."""
    c.fill(s.rect(-20, -20, 440, 340), lighter(colour, 0.28), to=darker(colour, 0.06), angle=70)
    c.soft(s.rect(-60, horizon + 26, 520, 120), lighter(colour, 0.5), 26, 0.5)
    c.soft(s.rect(-60, horizon - 8, 520, 20), darker(colour, 0.3), 18, 0.24)


def tiles(c: Canvas, colour: Colour, top: float = 205, grout: Colour = "#fffaf0") -> None:
    """A kitchen wall of glazed tiles, no two quite alike."""
    rng = random.Random(5)
    c.fill(s.rect(-20, -20, 440, top + 30), grout)
    for row in range(-1, int(top / 26) + 2):
        for column in range(-1, 12):
            x = column * 38 + (19 if row % 2 else 0)
            tone = mix(lighter(colour, 0.25), darker(colour, 0.06), rng.random() * 0.7 + row * 0.03)
            c.fill(s.rect(x, top - 26 * (row + 1) + 1, 36.6, 24.6, 1.2), tone)
    c.soft(s.path("M-20 -20 L170 -20 L60 210 L-20 210 Z"), "#fff4d6", 30, 0.3)
    c.shadow(s.rect(-20, top - 14, 440, 12), 8, 0.25)


def pegboard(c: Canvas, colour: Colour = "#d8b98a", top: float = 205) -> None:
    """A workshop's wall with holes, and hand tools hung on it as dark outlines."""
    wall(c, colour, top)
    for y in range(8, int(top) - 6, 15):
        for x in range(6, 400, 15):
            c.fill(s.oval(x, y, 1.2), darker(colour, 0.4), 0.55)
    shade, steel = p.WALNUT, p.STEEL
    with c.at(44, 26):  # saw
        c.shadow(s.path("M2 0 L74 26 L74 36 L0 22 Z"), 2, 0.3)
        c.form(s.path("M0 -4 L72 22 L72 30 L-2 18 Z"), steel, 0.6)
        c.form(s.path("M-2 -8 C-22 -10 -26 24 -4 24 C2 14 2 4 -2 -8 Z"), shade, 0.6, holes=(s.oval(-10, 8, 4, 8),))
    for x, length in ((318, 52), (338, 62), (358, 44)):  # chisels
        c.shadow(s.rect(x + 2, 22, 7, length), 2, 0.3)
        c.form(s.rect(x, 18, 8, length * 0.5, 3), p.RUST, 0.6)
        c.form(s.rect(x + 1.5, 18 + length * 0.5, 5, length * 0.6), steel, 0.5)
    with c.at(270, 30):  # square
        c.form(s.path("M0 0 H8 V46 H34 V52 H0 Z"), steel, 0.6)


def counter(c: Canvas, colour: Colour, top: float = 205) -> None:
    """A stone worktop."""
    c.fill(s.rect(-20, top, 440, 120), lighter(colour, 0.3), to=darker(colour, 0.05))
    c.fill(s.rect(-20, top, 440, 3), lighter(colour, 0.6))
    rng = random.Random(9)
    for _ in range(90):
        x, y = rng.uniform(0, 400), rng.uniform(top + 6, 300)
        c.fill(s.oval(x, y, rng.uniform(0.5, 1.5), 0.6), darker(colour, 0.3), 0.4)


def sky(c: Canvas, high: Colour = "#bcd7e2", low: Colour = "#fbefd2", to: float = 220) -> None:
    c.fill(s.rect(-20, -20, 440, to + 20), high, to=low)


def cloud(c: Canvas, x: float, y: float, size: float = 1, colour: Colour = "#fffaf0") -> None:
    with c.at(x, y, size):
        c.fill(s.path("M0 0 C-14 0 -16 -14 -4 -16 C-2 -28 18 -30 24 -20 C36 -26 48 -16 42 -8 C52 -8 52 0 44 0 Z"), colour, 0.85)


def tree(c: Canvas, x: float, y: float, size: float = 1, colour: Colour = p.LEAF) -> None:
    """A round tree with a trunk; (x, y) is its foot."""
    with c.at(x, y, size):
        c.shadow(s.oval(6, 0, 34, 5), 4, 0.3)
        c.form(s.path("M-4 0 C-3 -20 -4 -34 -6 -50 L6 -50 C4 -34 4 -20 6 0 Z"), p.BARK, 0.6)
        c.stroke([(0, -34), (12, -52)], 2.6, p.BARK)
        for cx, cy, r, tone in ((8, -62, 27, darker(colour, 0.18)), (-14, -70, 24, colour), (6, -86, 25, lighter(colour, 0.1))):
            c.form(s.smooth([(cx + dx * r, cy + dy * r) for dx, dy in (
                (-1, 0), (-0.75, -0.6), (-0.1, -0.95), (0.65, -0.75), (1, -0.05), (0.7, 0.6), (0.1, 0.85), (-0.7, 0.65))]), tone, 1)
        for dx, dy in ((-22, -76), (-8, -82), (2, -98), (14, -90), (-16, -62), (12, -66)):
            c.stroke(s.arc(dx, dy, 4, 3, 180, 320, 8), 1, lighter(colour, 0.32), 0.7)


def hedge(c: Canvas, y: float, height: float, colour: Colour, seed: int = 1) -> None:
    """A clipped hedge across the picture, leaf by leaf."""
    rng = random.Random(seed)
    top = [(x, y - height + rng.uniform(-3, 3)) for x in range(-30, 440, 22)]
    c.fill([*s.smooth(top, closed=False, steps=5), (440, y), (-30, y)], lighter(colour, 0.08), to=darker(colour, 0.28))
    for _ in range(150):
        x, dy = rng.uniform(-10, 410), rng.random() ** 0.8
        tone = lighter(colour, 0.3 - 0.25 * dy) if rng.random() < 0.6 else darker(colour, 0.2)
        c.fill(s.turn(s.oval(x, y - height * (1 - dy), 4.2, 2), rng.uniform(-50, 50), x, y - height * (1 - dy)), tone, 0.55)


def lawn(c: Canvas, y: float, colour: Colour = p.MOSS, seed: int = 2) -> None:
    rng = random.Random(seed)
    c.fill(s.rect(-20, y, 440, 320 - y), lighter(colour, 0.16), to=darker(colour, 0.16))
    for _ in range(150):
        depth = rng.random() ** 0.7
        x, gy, h = rng.uniform(0, 400), y + 6 + (296 - y) * depth, 2 + 6 * depth
        blade = [(x, gy), (x + rng.uniform(-2, 2), gy - h * 0.6), (x + rng.uniform(-4, 4), gy - h)]
        c.stroke(blade, 0.5 + 0.7 * depth, rng.choice([lighter(colour, 0.3), darker(colour, 0.25), p.LEAF]), 0.7)
    for _ in range(12):
        x, gy = rng.uniform(6, 394), rng.uniform(y + 16, 294)
        c.fill(s.oval(x, gy, 2.2, 1.8), rng.choice([p.PAPER, p.STRAW, p.ROSE]))
        c.fill(s.oval(x, gy, 0.8, 0.7), p.MARIGOLD)


def garden(c: Canvas, seed: int = 3) -> None:
    """A back garden in the morning: fence, hedge, fruit tree, grass."""
    sky(c)
    cloud(c, 250, 52, 1.1)
    cloud(c, 90, 34, 0.8)
    tree(c, 352, 196, 1.25, p.LEAF)
    hedge(c, 206, 66, "#6d8f4a", seed)
    for x in range(-6, 150, 17):  # fence on the left
        c.form([(x, 206), (x, 142), (x + 6, 134), (x + 12, 142), (x + 12, 206)], "#e9dcc0", 0.6)
    c.form(s.rect(-20, 156, 176, 5), "#ddcba6", 0.5)
    c.form(s.rect(-20, 188, 176, 5), "#ddcba6", 0.5)
    lawn(c, 204, p.MOSS, seed)
    c.soft(s.path("M-20 -20 L220 -20 L60 310 L-20 310 Z"), "#fff2c8", 40, 0.22)


def house(c: Canvas, x: float, foot: float, w: float, h: float, colour: Colour, roof: Colour, door: bool = False) -> None:
    """One narrow house of a row, with shutters and a window box."""
    c.form(s.rect(x, foot - h, w, h + 4), colour, 0.8)
    c.form([(x - 4, foot - h), (x + w * 0.5, foot - h - w * 0.52), (x + w + 4, foot - h)], roof, 0.8)
    c.form(s.oval(x + w * 0.5, foot - h - w * 0.18, w * 0.09), lighter(colour, 0.5), 0.4)
    for row in range(int(h // 52)):
        for column in (0.26, 0.74):
            wx, wy = x + w * column - 8, foot - h + 14 + row * 46
            if door and row == int(h // 52) - 1 and column > 0.5:
                continue
            c.form(s.rect(wx - 7, wy - 1, 30, 25), darker(roof, 0.1), 0.4)
            c.form(s.rect(wx, wy, 16, 23), "#cfe3e6", 0.4)
            c.stroke([(wx + 8, wy), (wx + 8, wy + 23)], 1, p.PAPER)
            c.stroke([(wx, wy + 10), (wx + 16, wy + 10)], 1, p.PAPER)
            c.form(s.rect(wx - 2, wy + 22, 20, 5, 1), p.CLAY, 0.3)
            for dx, tone in ((0, p.RED), (4, p.LEAF), (8, p.MARIGOLD), (12, p.LEAF), (16, p.RED)):
                c.fill(s.oval(wx + dx, wy + 21, 2.4, 2), tone)
    if door:
        c.form([(x + w * 0.6, foot), (x + w * 0.6, foot - 34), *s.arc(x + w * 0.74, foot - 34, w * 0.14, 9, 180, 360, 10),
                (x + w * 0.88, foot)], p.GREEN, 0.6)
        c.fill(s.oval(x + w * 0.64, foot - 18, 1.4), p.STRAW)


def street(c: Canvas, seed: int = 1, ground: float = 214) -> None:
    """A row of houses, a pavement with cobbles, a tree."""
    sky(c, "#c3dbe2", "#fdf2d8")
    cloud(c, 160, 40, 1)
    coats = [("#ecd0a4", p.RUST), ("#d5dcc0", "#7d4a35"), ("#f0dcc8", p.BLUE), ("#e8b796", "#5f3d33"), ("#dbe3e2", p.RUST), ("#f1dfa8", "#7d4a35")]
    for i in range(5):
        coat, roof = coats[(i + seed) % len(coats)]
        house(c, -28 + i * 94, ground - 6, 84, 118 + (i * 37 + seed * 17) % 40, coat, roof, door=i % 2 == seed % 2)
    c.form(s.rect(-20, ground - 8, 440, 10), "#d9cdb4", 0.6)
    c.fill(s.rect(-20, ground, 440, 110), "#cdbf9f", to="#a8987a")
    rng = random.Random(seed)
    y, height = ground + 2.0, 5.0
    while y < 304:
        for i in range(-1, 40):
            width = 9 + height * 1.1
            x = i * width + (width / 2 if int(y) % 2 else 0)
            c.fill(s.rect(x, y, width - 1.4, height - 1, height * 0.3), mix("#c8b996", "#9b8b6d", rng.random()), 0.6)
            if x > 410:
                break
        y, height = y + height, height * 1.18
    c.shadow(s.rect(-20, ground, 440, 3), 3, 0.3)


def paving(c: Canvas, top: float = 205, colour: Colour = "#cbbd9f") -> None:
    """Flagstones, for things that get wet."""
    c.fill(s.rect(-20, top, 440, 120), lighter(colour, 0.15), to=darker(colour, 0.12))
    for i, y in enumerate((top + 12, top + 30, top + 56, top + 92)):
        c.stroke([(-20, y), (420, y)], 1, darker(colour, 0.3), 0.5)
        for x in range(-60 + i * 31, 480, 96):
            c.stroke([(200 + (x - 200) * (1 + i * 0.12), y), (200 + (x - 200) * (1.14 + i * 0.12), y + 38)], 1, darker(colour, 0.3), 0.4)


def plant(c: Canvas, x: float, y: float, size: float = 1, pot: Colour = p.RUST) -> None:
    """A pot plant; (x, y) is where the pot stands."""
    with c.at(x, y, size):
        c.shadow(s.oval(8, 0, 20, 4), 4, 0.35)
        for angle, length in ((-62, 44), (-30, 58), (-4, 66), (24, 56), (55, 46), (-46, 30), (42, 32)):
            leaf = s.path(f"M0 0 C-11 {-length * 0.4} -9 {-length * 0.8} 0 {-length} C9 {-length * 0.8} 11 {-length * 0.4} 0 0 Z")
            c.form(s.move(s.turn(leaf, angle, 0, 0), 0, -24), p.LEAF if angle % 4 else p.GREEN, 0.7)
            c.stroke(s.move(s.turn([(0, -4), (0, -length * 0.85)], angle, 0, 0), 0, -24), 0.6, p.LIME, 0.7)
        c.form([(-15, -28), (15, -28), (11, 0), (-11, 0)], pot, 0.8)
        c.form(s.rect(-17, -32, 34, 8, 2), lighter(pot, 0.1), 0.8)


def mug(c: Canvas, x: float, y: float, size: float = 1, colour: Colour = p.TEAL) -> None:
    with c.at(x, y, size):
        c.shadow(s.oval(6, 0, 18, 4), 3, 0.4)
        c.stroke(s.arc(15, -14, 8, 8, -80, 80, 12), 3.6, darker(colour, 0.1))
        c.form([(-14, -27), (14, -27), *s.arc(10, -5, 4, 5, 0, 90, 6), *s.arc(-10, -5, 4, 5, 90, 180, 6)], colour, 0.8)
        c.form(s.oval(0, -27, 14, 3.6), lighter(colour, 0.25), 0.4)
        c.fill(s.oval(0, -26.5, 11.4, 2.6), "#5a3a22")
        c.fill(s.rect(-10, -22, 3, 15, 1.5), lighter(colour, 0.5), 0.5)


def lamp(c: Canvas, x: float, length: float, colour: Colour = p.MARIGOLD) -> None:
    """A lamp hanging from the ceiling, lit."""
    c.stroke([(x, -20), (x, length)], 1.2, p.COAL)
    c.glow(x, length + 34, 90, "#ffefbf", 0.5)
    c.form(s.path(f"M{x - 5} {length} C{x - 10} {length + 6} {x - 30} {length + 12} {x - 32} {length + 30} H{x + 32} C{x + 30} {length + 12} {x + 10} {length + 6} {x + 5} {length} Z"), colour, 0.9)
    c.fill(s.oval(x, length + 30, 32, 4), "#fff3cd")


def frame(c: Canvas, x: float, y: float, w: float, h: float, colour: Colour = p.WALNUT, kind: str = "hills") -> None:
    """A picture on the wall."""
    c.shadow(s.rect(x + 3, y + 4, w, h), 4, 0.35)
    c.form(s.rect(x, y, w, h), colour, 0.7)
    c.fill(s.rect(x + 4, y + 4, w - 8, h - 8), p.PAPER)
    inner = s.rect(x + 8, y + 8, w - 16, h - 16)
    if kind == "hills":
        c.fill(inner, "#dfeae6")
        c.fill(s.oval(x + w * 0.65, y + h * 0.38, w * 0.1), p.MARIGOLD)
        with c.within(inner):
            c.fill(s.path(f"M{x} {y + h} C{x + w * 0.2} {y + h * 0.4} {x + w * 0.5} {y + h * 0.45} {x + w} {y + h * 0.8} V{y + h} Z"), p.SAGE)
            c.fill(s.path(f"M{x} {y + h} C{x + w * 0.4} {y + h * 0.6} {x + w * 0.7} {y + h * 0.75} {x + w} {y + h * 0.6} V{y + h} Z"), p.GREEN)
    else:
        c.fill(inner, "#f4e2c6")
        for i, tone in enumerate((p.RUST, p.TEAL, p.STRAW)):
            c.fill(s.oval(x + w * (0.36 + i * 0.14), y + h * (0.4 + i * 0.1), w * 0.16), tone, 0.85)
