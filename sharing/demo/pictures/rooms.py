"""Rooms: a guest bed under a window, a desk, a workshop, a hall, a garden house. Whole pictures."""

from . import backdrops as b
from . import household as h
from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter


def window(c: Canvas, x: float, y: float, w: float, height: float, curtain: Colour | None = p.MARIGOLD) -> None:
    """A window with hills behind it; (x, y) is its upper left corner."""
    c.form(s.rect(x - 7, y - 7, w + 14, height + 14, 2), p.PAPER, 0.9)
    pane = s.rect(x, y, w, height)
    c.fill(pane, "#bcd9e4", to="#fdf1d0")
    with c.within(pane):
        c.fill(s.oval(x + w * 0.72, y + height * 0.3, w * 0.1), "#ffe9a8")
        c.fill(s.path(f"M{x} {y + height} V{y + height * 0.62} C{x + w * 0.3} {y + height * 0.4} {x + w * 0.6} {y + height * 0.6} {x + w} {y + height * 0.5} V{y + height} Z"), "#8fb08a")
        c.fill(s.path(f"M{x} {y + height} V{y + height * 0.8} C{x + w * 0.3} {y + height * 0.7} {x + w * 0.7} {y + height * 0.82} {x + w} {y + height * 0.68} V{y + height} Z"), "#5f8a55")
        b.tree(c, x + w * 0.26, y + height, height / 190)
    c.stroke([(x + w / 2, y), (x + w / 2, y + height)], 4, p.PAPER)
    c.stroke([(x, y + height * 0.4), (x + w, y + height * 0.4)], 3, p.PAPER)
    c.form(s.rect(x - 13, y + height + 5, w + 26, 8, 2), lighter(p.SAND, 0.5), 0.7)
    if curtain:
        c.tube([(x - 30, y - 16), (x + w + 30, y - 16)], 3.5, p.WALNUT)
        for side in (0, 1):
            left = x - 26 if side == 0 else x + w - 8
            cloth = s.path(f"M{left} {y - 14} H{left + 34} C{left + 30} {y + height * 0.4} {left + 38} {y + height * 0.7} {left + 32} {y + height + 16} H{left - 2} C{left + 6} {y + height * 0.6} {left - 4} {y + height * 0.3} {left} {y - 14} Z")
            c.shadow(s.move(cloth, 3, 3), 3, 0.25)
            c.form(cloth, curtain, 1)
            for dx in (8, 17, 26):
                c.stroke([(left + dx, y - 10), (left + dx - 1, y + height + 12)], 1, darker(curtain, 0.2), 0.6)


def bed(c: Canvas, x: float, foot: float, width: float, cover: Colour, frame: Colour = p.OAK) -> None:
    """A bed seen from its side, its head at the left."""
    w = width
    c.shadow(s.rect(x - 4, foot - 8, w + 14, 12), 7, 0.45)
    c.form(s.rect(x - 8, foot - 92, 12, 92, 4), frame, 1)
    c.form(s.rect(x + w - 4, foot - 58, 11, 58, 4), frame, 1)
    c.form(s.rect(x, foot - 34, w, 18, 2), darker(frame, 0.08), 0.9)
    c.form(s.rect(x + 2, foot - 54, w - 6, 24, 9), p.PAPER, 1)
    c.form(s.path(f"M{x + 8} {foot - 52} C{x + 4} {foot - 80} {x + 20} {foot - 84} {x + 34} {foot - 80} C{x + 52} {foot - 84} {x + 62} {foot - 74} {x + 60} {foot - 52} Z"), "#fffaf0", 1.1)
    blanket = s.path(f"M{x + 58} {foot - 60} C{x + w * 0.5} {foot - 72} {x + w * 0.8} {foot - 66} {x + w - 8} {foot - 58} C{x + w - 2} {foot - 40} {x + w - 4} {foot - 24} {x + w - 8} {foot - 20} C{x + w * 0.7} {foot - 16} {x + w * 0.4} {foot - 20} {x + 54} {foot - 18} C{x + 48} {foot - 32} {x + 50} {foot - 50} {x + 58} {foot - 60} Z")
    c.form(blanket, cover, 1.5)
    with c.within(blanket):
        for i in range(5):
            dx = x + 78 + i * (w - 90) / 5
            c.stroke([(dx, foot - 76), (dx + 6, foot - 12)], 3, lighter(cover, 0.4), 0.55)
        for y in (foot - 52, foot - 32):
            c.stroke([(x + 40, y), (x + w, y + 3)], 3, lighter(cover, 0.4), 0.4)
    c.form(s.path(f"M{x + 52} {foot - 62} C{x + 62} {foot - 66} {x + 74} {foot - 66} {x + 80} {foot - 64} L{x + 76} {foot - 18} C{x + 66} {foot - 16} {x + 56} {foot - 16} {x + 50} {foot - 18} Z"), p.PAPER, 0.8)


def rug(c: Canvas, cx: float, cy: float, rx: float, ry: float, colour: Colour) -> None:
    c.shadow(s.oval(cx, cy + 2, rx, ry), 3, 0.3)
    c.form(s.oval(cx, cy, rx, ry), colour, 0.8)
    c.stroke(s.oval(cx, cy, rx * 0.86, ry * 0.82), 1.6, lighter(colour, 0.45), closed=True)
    c.stroke(s.oval(cx, cy, rx * 0.62, ry * 0.58), 1.2, lighter(colour, 0.45), closed=True)


def guest_room(c: Canvas, wall: Colour = "#d7dfe4", cover: Colour = p.PLUM, curtain: Colour = p.MARIGOLD, beds: int = 1) -> None:
    """A guest room under a garden window."""
    b.floor(c, wall, p.WOOD, 226)
    window(c, 218, 44, 96, 104, curtain)
    c.soft([(190, 236), (330, 236), (270, 300), (60, 300)], "#fff0c4", 9, 0.5)
    b.frame(c, 60 if beds == 1 else 140, 62, 50, 62)
    rug(c, 230, 282, 116, 15, p.TEAL)
    if beds == 2:
        bed(c, 16, 262, 158, cover)
        bed(c, 212, 262, 166, p.TEAL)
        _nightstand(c, 182, 262)
    else:
        _nightstand(c, 84, 262)
        bed(c, 118, 264, 240, cover)
    b.plant(c, 378, 262, 0.9)


def _nightstand(c: Canvas, x: float, foot: float) -> None:
    c.form(s.rect(x - 20, foot - 54, 38, 54, 3), p.OAK, 1)
    c.form(s.rect(x - 15, foot - 46, 28, 16, 2), darker(p.OAK, 0.08), 0.6)
    c.fill(s.oval(x - 1, foot - 38, 2), p.STRAW)
    c.glow(x - 2, foot - 92, 60, "#ffe7a6", 0.55)
    c.stroke([(x - 2, foot - 54), (x - 2, foot - 78)], 3, p.IRON)
    c.form([(x - 15, foot - 74), (x - 9, foot - 100), (x + 6, foot - 100), (x + 12, foot - 74)], p.CREAM, 0.8)
    c.form(s.rect(x + 4, foot - 60, 14, 6, 1), p.RUST, 0.4)


def desk_room(c: Canvas, wall: Colour = "#dbe3d0") -> None:
    """A quiet room to work in: desk, lamp, shelf of books, a view."""
    b.floor(c, wall, p.OAK, 230)
    window(c, 40, 36, 104, 112, None)
    for row, y in enumerate((64, 112)):
        c.shadow(s.rect(238, y + 4, 138, 6), 4, 0.35)
        c.form(s.rect(236, y, 138, 7, 1), p.WALNUT, 0.7)
        x = 242
        for i in range(10):
            w, hh = 7 + (i * 5 + row * 3) % 6, 22 + (i * 7 + row * 5) % 13
            tone = (p.GREEN, p.RUST, p.CREAM, p.BLUE, p.MARIGOLD, p.PLUM, p.SAGE)[(i * 3 + row) % 7]
            c.form(s.rect(x, y - hh, w, hh, 1), tone, 0.4)
            x += w + 1
    b.plant(c, 358, 64, 0.45, p.TEAL)
    c.shadow(s.rect(86, 262, 240, 10), 7, 0.4)
    for x in (92, 300):
        c.form([(x, 190), (x + 12, 190), (x + 9, 268), (x + 3, 268)], p.OAK, 0.8)
    c.form(s.rect(76, 180, 250, 13, 2), lighter(p.OAK, 0.15), 1.1)
    c.form(s.rect(236, 193, 66, 24, 2), p.OAK, 0.7)
    c.fill(s.oval(269, 205, 2.4), p.STRAW)
    _chair(c, 190, 276)
    c.form([(168, 176), (232, 176), (226, 136), (174, 136)], p.IRON, 1)
    c.fill([(172, 172), (228, 172), (223, 140), (177, 140)], "#cfe6e2", to="#8fb9bf")
    for i, y in enumerate((148, 155, 162)):
        c.stroke([(184, y), (206 + i * 5, y)], 2, p.PAPER, 0.8)
    c.form([(160, 176), (240, 176), (246, 182), (154, 182)], p.SILVER, 0.6)
    c.glow(108, 150, 60, "#ffe7a6", 0.5)
    c.form(s.oval(112, 180, 15, 4), p.GREEN, 0.6)
    c.tube([(112, 178), (96, 140), (118, 112)], 3, p.GREEN)
    c.form(s.turn([(104, 108), (132, 108), (140, 130), (96, 130)], -18, 118, 116), p.GREEN, 0.9)
    b.mug(c, 282, 182, 0.7, p.RUST)


def _chair(c: Canvas, x: float, foot: float) -> None:
    for dx in (-26, 22):
        c.tube([(x + dx, foot - 46), (x + dx * 1.12, foot)], 5, p.WALNUT)
    c.form(s.rect(x - 32, foot - 52, 62, 10, 4), p.RUST, 1)
    for dx in (-26, 24):
        c.tube([(x + dx, foot - 50), (x + dx, foot - 112)], 5, p.WALNUT)
    for y in (-106, -88):
        c.form(s.rect(x - 28, foot + y, 56, 10, 3), p.WALNUT, 0.9)


def workshop(c: Canvas) -> None:
    """A bench with its vice, tools on the wall, shavings on the floor."""
    b.floor(c, "#d6c09a", "#b3a48c", 236)
    with c.at(0, 0):
        b.pegboard(c, "#d8b98a", 150)
    c.form(s.rect(-20, 146, 440, 8), p.WALNUT, 0.8)
    with c.at(128, 38):  # hammer
        c.tube([(0, 12), (4, 74)], 7, p.OAK)
        c.form(s.path("M-22 0 H14 L24 8 L14 16 H-22 Z"), p.IRON, 0.8)
    for i, tone in enumerate((p.RED, p.MARIGOLD, p.TEAL, p.GREEN)):  # screwdrivers
        c.form(s.rect(172 + i * 18, 34, 9, 28, 4), tone, 0.7)
        c.stroke([(176.5 + i * 18, 62), (176.5 + i * 18, 88 + i * 4)], 2.4, p.STEEL)
    b.lamp(c, 210, -6, p.GREEN)
    c.shadow(s.rect(30, 280, 350, 10), 8, 0.45)
    for x in (44, 322):
        c.form(s.rect(x, 204, 26, 82, 2), p.OAK, 1.1)
    c.form(s.rect(44, 244, 304, 14, 2), darker(p.OAK, 0.1), 0.8)
    c.form(s.rect(22, 188, 356, 22, 3), lighter(p.OAK, 0.2), 1.4)
    for x in range(40, 370, 46):
        c.stroke([(x, 190), (x, 208)], 0.7, p.OAK)
    c.form(s.rect(36, 160, 44, 30, 4), p.TEAL, 1.1)  # vice
    c.form(s.rect(28, 166, 12, 22, 2), darker(p.TEAL, 0.2), 0.7)
    c.tube([(18, 178), (34, 178)], 4, p.STEEL)
    c.tube([(18, 164), (18, 192)], 3, p.STEEL)
    with c.at(176, 188, 0.78):  # a plane on a board
        c.form(s.rect(-70, -12, 190, 12), "#e5c592", 0.7)
        c.form(s.path("M-50 -14 H58 V-30 C40 -34 -30 -34 -50 -28 Z"), p.WALNUT, 1)
        c.form(s.path("M-40 -30 C-48 -56 -28 -62 -22 -46 L-18 -32 Z"), p.RUST, 0.8)
        c.form(s.oval(42, -38, 11, 9), p.RUST, 0.7)
        c.form([(0, -32), (16, -32), (6, -58), (-6, -56)], p.STEEL, 0.6)
        for x, y in ((66, -16), (82, -20), (98, -14)):
            c.stroke(s.arc(x, y, 8, 7, 0, 300, 14), 2, "#f2dcb0")
    b.mug(c, 344, 188, 0.8, p.MARIGOLD)
    for x, tone in ((104, "#d7ad73"), (152, "#c89a60"), (214, "#d7ad73"), (262, "#bd8a50")):
        c.form(s.rect(x, 236, 40, 9, 1), tone, 0.5)
    for x, y in ((90, 290), (120, 294), (200, 291), (240, 295), (286, 290), (160, 293)):
        c.stroke(s.arc(x, y, 6, 4, 0, 290, 12), 1.6, "#f0d9a8")


def hall(c: Canvas) -> None:
    """A bright hall with tall windows, a small stage and rows of chairs."""
    b.floor(c, "#e6dcc6", "#c79a62", 196)
    for x in (26, 104, 254, 332):
        c.form([(x - 4, 150), (x - 4, 56), *s.arc(x + 21, 54, 25, 34, 180, 360, 16), (x + 46, 150)], p.PAPER, 0.8)
        pane = [(x, 146), (x, 56), *s.arc(x + 21, 55, 21, 30, 180, 360, 16), (x + 42, 146)]
        c.fill(pane, "#bcdbe6", to="#fdf0cc")
        c.stroke([(x + 21, 26), (x + 21, 146)], 2, p.PAPER)
        for y in (72, 108):
            c.stroke([(x, y), (x + 42, y)], 2, p.PAPER)
        c.soft([(x + 10, 206), (x + 62, 206), (x + 20, 290), (x - 60, 290)], "#fff1c6", 6, 0.42)
    c.form([(146, 196), (146, 60), (164, 60), (172, 196)], p.WINE, 1)
    c.form([(252, 196), (252, 60), (234, 60), (226, 196)], p.WINE, 1)
    c.form(s.rect(140, 50, 118, 14, 3), darker(p.WINE, 0.1), 0.8)
    c.form(s.rect(132, 190, 134, 16, 2), p.WALNUT, 0.9)
    with c.at(199, 190, 0.42):
        c.tube([(0, 0), (0, -120)], 4, p.STEEL)
        c.form(s.oval(0, -126, 9, 12), p.IRON, 0.7)
    for row, (y, size) in enumerate(((232, 0.62), (256, 0.8), (288, 1.02))):
        for i in range(8):
            x = 200 + (i - 3.5) * (40 + row * 10) + (0 if i < 4 else 18) - 9
            _back_chair(c, x, y, size, (p.GREEN, p.MARIGOLD, p.RUST)[(i * 2 + row) % 3])
    h.bunting(c, 2)


def _back_chair(c: Canvas, x: float, foot: float, size: float, colour: Colour) -> None:
    with c.at(x, foot, size):
        c.shadow(s.oval(2, 0, 17, 3), 2, 0.35)
        for dx in (-13, 13):
            c.stroke([(dx, 0), (dx, -26)], 2.6, p.IRON)
        c.form(s.rect(-16, -32, 32, 9, 3), darker(colour, 0.2), 0.6)
        c.form(s.rect(-16, -62, 32, 26, 5), colour, 0.9)


def garden_house(c: Canvas, colour: Colour = "#7fa39a") -> None:
    """A small wooden house at the end of a garden."""
    b.garden(c, 8)
    b.tree(c, 60, 214, 1.5, "#7c9a4c")
    c.shadow([(98, 240), (330, 240), (356, 254), (120, 254)], 8, 0.4)
    c.form([(110, 248), (110, 128), (200, 66), (290, 128), (290, 248)], colour, 1.6)
    for x in range(122, 290, 13):
        roof = 128 - (90 - abs(x - 200)) * 0.69
        c.stroke([(x, roof + 8), (x, 248)], 0.9, darker(colour, 0.22), 0.8)
    c.form([(94, 138), (200, 62), (306, 138), (300, 150), (200, 78), (100, 150)], p.RUST, 1.4)
    c.form(s.rect(166, 150, 54, 98, 2), p.CREAM, 1.1)
    c.form(s.rect(173, 158, 40, 34), "#a9d0d6", 0.7)
    c.stroke([(193, 158), (193, 192)], 2, p.CREAM)
    c.fill(s.oval(212, 208, 2.6), p.MARIGOLD)
    for x in (122, 236):
        c.form(s.rect(x - 3, 166, 38, 38, 2), p.PAPER, 0.8)
        c.fill(s.rect(x, 169, 32, 32), "#ffe6a8", to="#e9b86a")
        c.stroke([(x + 16, 169), (x + 16, 201)], 2, p.PAPER)
        c.stroke([(x, 185), (x + 32, 185)], 2, p.PAPER)
        c.form(s.rect(x - 5, 204, 42, 9, 2), p.WALNUT, 0.6)
        for i in range(6):
            c.fill(s.oval(x + 1 + i * 6, 203, 4, 3.4), (p.RED, p.LEAF, p.MARIGOLD)[i % 3])
    c.form(s.oval(200, 112, 13), p.PAPER, 0.7)
    c.fill(s.oval(200, 112, 9.5), "#ffe6a8")
    c.form(s.rect(150, 246, 88, 9, 2), p.SAND, 0.8)
    for i, (x, y, r) in enumerate(((192, 266, 22), (206, 280, 27), (190, 296, 33))):
        c.form(s.oval(x, y, r, r * 0.26), lighter("#b8ab90", 0.1 * i), 0.6)
    with c.at(322, 282, 0.8):
        h.watering_can(c)


def kitchen(c: Canvas) -> None:
    """A big kitchen: stove, pans, a long worktop with vegetables."""
    b.tiles(c, "#b9cfc4", 190)
    c.form(s.rect(40, 38, 220, 7, 2), p.WALNUT, 0.7)
    for x, r, tone in ((70, 17, p.IRON), (116, 21, p.RUST), (166, 16, p.IRON), (210, 19, p.TEAL)):
        c.stroke([(x, 45), (x, 72)], 2.2, p.STEEL)
        c.shadow(s.oval(x + 4, 74 + r + 3, r), 3, 0.3)
        c.form(s.oval(x, 72 + r, r), tone, 1)
        c.form(s.oval(x, 72 + r, r * 0.74), darker(tone, 0.15), 0.6)
    b.lamp(c, 334, 8, p.MARIGOLD)
    b.counter(c, "#d9c6a4", 188)
    c.form(s.rect(-20, 222, 440, 90), p.GREEN, 0.8)
    for x in (8, 106, 204, 302):
        c.form(s.rect(x, 230, 88, 66, 3), lighter(p.GREEN, 0.08), 1)
        c.form(s.rect(x + 34, 238, 20, 4, 2), p.STRAW, 0.4)
    c.form(s.rect(196, 196, 110, 12, 2), p.COAL, 0.7)
    c.form(s.path("M214 196 V150 H284 V196 Z"), p.RED, 1.2)
    c.form(s.rect(208, 144, 82, 9, 4), p.RED, 0.8)
    c.form(s.oval(249, 140, 8, 4), p.COAL, 0.5)
    c.soft(s.smooth([(240, 136), (256, 112), (238, 84), (230, 110)]), "#fffdf5", 6, 0.5)
    c.form(s.rect(58, 200, 112, 10, 3), p.OAK, 0.9)
    for x, tone in ((80, p.RED), (104, p.RED), (92, p.RED)):
        c.form(s.oval(x, 192 if tone else 190, 12, 10), tone, 0.7)
        c.fill(s.path(f"M{x - 5} 183 L{x} 186 L{x + 5} 182 L{x + 2} 188 H{x - 2} Z"), p.LEAF)
    c.form(s.path("M122 200 C120 186 150 184 166 198 Z"), p.MARIGOLD, 0.7)
    b.plant(c, 378, 206, 0.62, p.CREAM)
