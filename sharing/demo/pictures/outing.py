"""More things that neighbours lend: for the sea, the field, the feast, and close looks at a handover."""

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter
from .gear import wheel


def paella(c: Canvas) -> None:
    """A paella for twenty on its gas ring."""
    c.shadow(s.oval(0, 4, 120, 10), 6, 0.45)
    for x in (-70, 0, 70):
        c.tube([(x, -44), (x * 1.25, 6)], 6, p.COAL)
    c.form(s.oval(0, -40, 84, 12), p.IRON, 0.9)
    for x in range(-66, 76, 14):
        c.form(s.path(f"M{x - 5} -44 C{x - 6} -52 {x} -54 {x} -62 C{x} -54 {x + 6} -52 {x + 5} -44 Z"), p.TEAL, 0.3)
    c.form(s.path("M-158 -92 C-150 -62 -120 -58 0 -58 C120 -58 150 -62 158 -92 Z"), p.IRON, 1.4)
    for side in (-1, 1):
        c.stroke(s.arc(side * 156, -90, 18, 10, 180 if side < 0 else -90, 270 if side < 0 else 90, 10), 5, p.COAL)
    c.form(s.oval(0, -94, 156, 36), p.STEEL, 1.2)
    c.form(s.oval(0, -94, 144, 31), "#e3a62c", 0.8)
    for i in range(70):
        x, y = s.arc(0, -94, 8 + (i * 37) % 128, 3 + (i * 11) % 25, i * 47, 360)[0]
        c.fill(s.turn(s.oval(x, y, 3.4, 1.4), i * 31, x, y), (p.STRAW, "#c98618", p.CREAM)[i % 3], 0.9)
    for x, y in ((-92, -104), (-40, -84), (24, -108), (70, -88), (104, -102), (-8, -96), (-64, -116)):
        c.stroke(s.arc(x, y, 11, 8, 200, 430, 14), 6, "#e2683c")
        c.stroke(s.arc(x, y - 1, 11, 8, 220, 330, 10), 1.8, "#f6b48e")
    for x, y in ((-118, -92), (-22, -112), (46, -78), (88, -112), (2, -72), (122, -90)):
        c.form(s.path(f"M{x - 12} {y} C{x - 10} {y - 12} {x + 10} {y - 12} {x + 12} {y} C{x + 6} {y + 5} {x - 6} {y + 5} {x - 12} {y} Z"), p.COAL, 0.5)
        c.fill(s.oval(x, y - 1, 6, 2.6), "#e89a4c")
    for x, y, a in ((-70, -90, 20), (56, -100, -30), (-14, -84, 10), (96, -84, 40), (-100, -112, -10)):
        c.form(s.turn(s.rect(x - 12, y - 2.5, 24, 5, 2), a, x, y), p.LEAF, 0.3)
    for x, y in ((-130, -80), (136, -82), (10, -120)):
        c.form(s.path(f"M{x - 13} {y} C{x - 12} {y - 14} {x + 12} {y - 14} {x + 13} {y} Z"), "#f6dc4e", 0.5)


def surfboard(c: Canvas, colour: Colour = p.TEAL) -> None:
    """A surfboard stuck upright."""
    c.shadow(s.oval(12, 0, 44, 6), 5, 0.45)
    board = s.smooth([(0, -244), (26, -196), (36, -120), (28, -40), (0, 2), (-28, -40), (-36, -120), (-26, -196)])
    with c.at(0, 0, 1, 7):
        c.form(board, p.CREAM, 1.8)
        with c.within(board):
            c.fill(s.path("M-50 -150 C-10 -170 10 -130 50 -152 V-124 C10 -104 -10 -142 -50 -122 Z"), colour)
            c.fill(s.path("M-50 -114 C-10 -134 10 -96 50 -116 V-104 C10 -84 -10 -122 -50 -102 Z"), p.MARIGOLD)
        c.stroke([(0, -240), (0, -4)], 1.4, p.OAK, 0.7)


def wheelbarrow(c: Canvas, colour: Colour = p.GREEN) -> None:
    c.shadow(s.oval(0, 2, 126, 7), 5, 0.4)
    c.tube([(-150, -86), (-20, -58), (86, -26)], 6, p.OAK)
    c.tube([(-46, -56), (-66, 0)], 6, p.IRON)
    c.tube([(-20, -50), (-40, 0)], 6, p.IRON)
    wheel(c, 92, -28, 28, 8)
    for x, y, r, tone in ((-26, -112, 30, p.LEAF), (10, -120, 34, p.MOSS), (44, -112, 26, p.LEAF), (-46, -104, 20, p.MOSS)):
        c.form(s.smooth([(x + dx * r, y + dy * r) for dx, dy in ((-1, 0), (-0.7, -0.6), (-0.1, -0.95), (0.6, -0.8), (1, 0), (0.5, 0.6), (-0.5, 0.6))]), tone, 0.8)
    for x, y, tone in ((-34, -124, p.RED), (4, -140, p.MARIGOLD), (36, -128, p.ROSE), (18, -118, p.RED), (-12, -116, p.PAPER)):
        c.form(s.oval(x, y, 7, 6), tone, 0.5)
        c.fill(s.oval(x, y, 2.4), p.STRAW)
    c.form(s.path("M-86 -104 H96 L58 -48 H-40 Z"), colour, 1.6)
    c.form(s.rect(-92, -110, 194, 9, 4), lighter(colour, 0.2), 0.8)
    c.stroke([(-168, -90), (-140, -84)], 9, p.COAL)


def bicycle(c: Canvas, colour: Colour = p.GREEN) -> None:
    """An upright city bike with a basket, pointing right."""
    c.shadow(s.oval(0, 2, 130, 7), 5, 0.4)
    for x in (-88, 92):
        wheel(c, x, -50, 48, 20)
        c.stroke(s.arc(x, -50, 53, 53, 200, 330), 3.4, darker(colour, 0.2))
    c.tube([(-88, -50), (-24, -48), (-40, -122)], 5, darker(colour, 0.1))
    c.tube([(-88, -50), (-38, -108)], 4, darker(colour, 0.1))
    c.tube(s.path("M-24 -48 C0 -54 36 -84 62 -122"), 7, colour)
    c.tube(s.path("M-36 -98 C0 -100 30 -110 58 -130"), 6, colour)
    c.tube([(56, -152), (74, -104), (92, -50)], 6, colour)
    c.tube(s.path("M56 -152 C44 -166 26 -164 16 -156"), 5, p.STEEL)
    c.stroke([(20, -159), (8, -154)], 7, p.WALNUT)
    c.form(s.path("M-62 -130 C-62 -140 -30 -142 -18 -132 C-24 -124 -40 -122 -48 -120 C-56 -120 -62 -124 -62 -130 Z"), p.WALNUT, 0.9)
    c.form(s.oval(-24, -48, 13), p.IRON, 0.7)
    c.stroke([(-24, -48), (-12, -26)], 3.4, p.STEEL)
    c.form(s.rect(-20, -26, 18, 5, 2), p.COAL, 0.4)
    c.form([(68, -164), (124, -158), (114, -116), (78, -118)], "#c99a55", 1)
    for y in (-150, -138, -126):
        c.stroke([(72, y), (120, y + 2)], 1.4, p.WALNUT, 0.7)
    for x in (80, 92, 104, 114):
        c.stroke([(x, -160), (x - 2, -118)], 1.2, p.WALNUT, 0.6)
    for x, tone in ((82, p.LEAF), (98, p.MARIGOLD), (110, p.LEAF)):
        c.form(s.oval(x, -166, 11, 12), tone, 0.6)
    c.form(s.oval(84, -104, 7), "#fff0bd", 0.6)


def camera(c: Canvas) -> None:
    """A film camera with its leather strap."""
    c.stroke(s.smooth([(-86, -84), (-150, -100), (-150, -20), (-90, 6), (-20, 14), (60, 16)], closed=False), 8, p.WALNUT)
    c.shadow(s.oval(4, 0, 100, 7), 5, 0.45)
    c.form(s.rect(-92, -100, 184, 100, 10), p.COAL, 1.6)
    c.form(s.path("M-92 -92 C-92 -100 -88 -104 -80 -104 H-36 L-24 -128 H26 L38 -104 H80 C88 -104 92 -100 92 -92 V-78 H-92 Z"), p.SILVER, 1.4)
    c.form(s.rect(-14, -122, 30, 12, 3), "#3b5660", 0.6)
    c.form(s.oval(0, -44, 44), p.IRON, 1.4)
    for r, tone in ((36, "#1c2624"), (28, "#2e4c5a"), (18, "#5f8fa0"), (9, "#20333b")):
        c.form(s.oval(0, -44, r), tone, 0.8)
    c.fill(s.oval(-10, -54, 6, 5), p.PAPER, 0.85)
    for x, w in ((-76, 26), (54, 28)):
        c.form(s.rect(x, -114, w, 12, 3), p.STEEL, 0.7)
    c.form(s.rect(58, -92, 24, 8, 2), p.RUST, 0.4)
    c.text(-62, -91, "ALBA 35", 9, p.INK)


def scratch(c: Canvas) -> None:
    """A fresh scratch, for drawing over a close look at something."""
    c.stroke([(-22, 4), (-6, -1), (10, 1), (26, -5)], 1.5, p.SILVER)
    c.stroke([(-18, 6), (-4, 2), (8, 3)], 0.8, p.PAPER)
    c.stroke([(-22, 5.4), (-6, 0.6), (10, 2.4), (26, -3.6)], 0.6, "#4a2a18", 0.8)


def finger(c: Canvas, skin: Colour = "#eabf98", sleeve: Colour = p.MARIGOLD) -> None:
    """A hand from the lower right that points to (0, 0)."""
    hand = s.path("M2 6 C6 0 14 2 20 10 L52 46 C66 40 82 44 94 58 L124 92 L92 128 C74 118 56 108 46 92 C40 84 40 76 42 68 L10 22 C6 16 -2 10 2 6 Z")
    c.shadow(s.move(hand, 6, 8), 6, 0.35)
    c.form(hand, skin, 1.4)
    for x, y in ((58, 62), (66, 76), (76, 90)):
        c.stroke(s.smooth([(x, y), (x + 12, y + 2), (x + 20, y + 10)], closed=False), 1.6, darker(skin, 0.25))
    c.fill(s.turn(s.oval(9, 10, 6, 4), 45, 9, 10), lighter(skin, 0.5), 0.8)
    c.form([(86, 122), (120, 80), (200, 150), (160, 200)], sleeve, 1.4)
    c.form(s.path("M80 122 L118 76 L130 86 L92 134 Z"), lighter(sleeve, 0.3), 0.9)


def keys(c: Canvas) -> None:
    """Two keys on a ring with a wooden tag."""
    c.shadow(s.oval(10, 4, 70, 12), 5, 0.35)
    c.stroke(s.oval(-20, -20, 20, 14), 3.4, p.STEEL, closed=True)
    for angle, tone in ((16, p.STRAW), (-22, p.SILVER)):
        with c.at(-6, -18, 1, angle):
            c.form(s.oval(22, 0, 18, 15), tone, 1, holes=(s.oval(14, 0, 4),))
            c.form(s.path("M36 -5 H96 L100 0 L96 5 H92 L88 1 L84 8 L78 5 L72 9 L66 5 H36 Z"), tone, 0.8)
    c.form(s.turn(s.rect(-104, -30, 64, 32, 8), 12, -70, -14), p.OAK, 1.2)
    c.text(-72, -14, "No. 12", 12, p.CREAM, 12)
