"""Things for out of doors and for the road: ladder, bikes, tent, trailer, telescope."""

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter


def ladder(c: Canvas, colour: Colour = p.OAK) -> None:
    """A folding wooden ladder, standing open."""
    c.shadow([(-62, 0), (96, 0), (110, 8), (-50, 8)], 6, 0.4)
    for x0, x1 in ((40, 84), (-6, 34)):
        c.tube([(x0 - 22, -206), (x1, -6)], 7, darker(colour, 0.28))
    c.stroke([(-20, -60), (30, -56)], 1.6, p.STEEL)
    c.stroke([(20, -60), (70, -56)], 1.6, p.STEEL)
    for i in range(6):
        y = -28 - i * 30
        inset = i * 4.6
        c.shadow(s.rect(-56 + inset, y + 3, 100 - inset * 1.5, 6), 2, 0.35)
        c.form(s.rect(-58 + inset, y - 4, 104 - inset * 1.55, 9, 2), lighter(colour, 0.14), 0.8)
    c.tube([(-28, -210), (-66, -2)], 9, colour)
    c.tube([(22, -210), (50, -2)], 9, colour)
    c.form(s.rect(-36, -216, 66, 13, 3), lighter(colour, 0.1), 1)
    for x in (-66, 50):
        c.form(s.rect(x - 6, -8, 12, 9, 2), p.COAL, 0.5)
    for x in (-24, 18):
        c.fill(s.oval(x, -209, 2.2), p.SILVER)


def paint_pot(c: Canvas, colour: Colour = p.TEAL) -> None:
    c.shadow(s.oval(5, 0, 24, 5), 3, 0.4)
    c.stroke(s.arc(0, -34, 22, 16, 190, 350), 1.4, p.IRON)
    c.form([(-20, -36), (20, -36), (18, 0), (-18, 0)], p.SILVER, 0.9)
    c.form(s.rect(-18.5, -26, 37, 17), colour, 0.6)
    c.form(s.oval(0, -36, 20, 5), lighter(colour, 0.1), 0.5)
    c.form(s.path("M-15 -36 C-14 -30 -13 -20 -9 -20 C-6 -20 -7 -30 -6 -35 Z"), colour, 0.4)


def wheel(c: Canvas, x: float, y: float, r: float, spokes: int = 14, tyre: Colour = p.COAL) -> None:
    c.stroke(s.oval(x, y, r), r * 0.13, tyre, closed=True)
    c.stroke(s.oval(x, y, r * 0.9), r * 0.045, p.SILVER, closed=True)
    for i in range(spokes):
        c.stroke([s.arc(x, y, r * 0.88, r * 0.88, i * 360 / spokes, 360)[0], (x, y)], 0.5, "#76827e", 0.9)
    c.form(s.oval(x, y, r * 0.11), p.STEEL, 0.4)


def cargo_bike(c: Canvas, colour: Colour = p.RED, riders: bool = False) -> None:
    """A long bike with a wooden box before the handlebar, pointing right."""
    c.shadow(s.oval(0, 2, 190, 7), 5, 0.4)
    wheel(c, -132, -44, 44, 18)
    wheel(c, 148, -32, 32, 14)
    c.tube([(-132, -44), (-70, -44), (-92, -112)], 6, darker(colour, 0.1))
    c.tube([(-132, -44), (-96, -100)], 5, darker(colour, 0.1))
    c.tube(s.path("M-70 -44 L-10 -30 L92 -26 L148 -32"), 7, colour)
    c.tube([(-70, -44), (-26, -106)], 7, colour)
    c.tube([(-92, -100), (-28, -96)], 6, colour)
    c.tube([(-14, -132), (-34, -86), (-24, -34)], 6, colour)
    c.tube([(112, -60), (148, -32)], 6, colour)
    if riders:
        _children(c)
    box = [(-6, -100), (118, -92), (104, -34), (8, -34)]
    c.form(box, "#d3a767", 1.6)
    for share in (0.28, 0.53, 0.78):
        y0, y1 = -100 + 66 * share, -92 + 58 * share
        c.stroke([(-6 + 14 * share + 1, y0), (118 - 14 * share - 1, y1)], 0.9, p.WALNUT, 0.7)
    c.form([(-10, -106), (122, -97), (121, -90), (-8, -98)], p.WALNUT, 0.9)
    c.form(s.oval(54, -66, 19), p.GREEN, 0.8)
    c.form(s.path("M54 -54 C40 -66 44 -78 54 -72 C64 -78 68 -66 54 -54 Z"), p.STRAW, 0.5)
    c.tube(s.path("M-14 -132 C-6 -146 -22 -152 -44 -148"), 5, p.COAL)
    c.stroke([(-44, -148), (-54, -147)], 7, p.WALNUT)
    c.form(s.path("M-116 -120 C-116 -128 -84 -130 -68 -122 C-72 -114 -92 -112 -102 -110 C-110 -110 -116 -114 -116 -120 Z"), p.WALNUT, 0.9)
    c.tube([(-92, -112), (-90, -100)], 4, p.STEEL)
    c.tube([(-182, -96), (-102, -96)], 4, p.IRON)
    c.tube([(-166, -96), (-134, -46)], 3, p.IRON)
    c.stroke(s.arc(-132, -44, 49, 49, 195, 330), 3, p.IRON)
    c.form(s.oval(-70, -44, 11), p.COAL, 0.7)
    c.stroke([(-70, -44), (-60, -24)], 3, p.STEEL)
    c.form(s.rect(-66, -24, 16, 5, 2), p.COAL, 0.5)
    c.stroke([(-132, -50), (-70, -54)], 1.2, p.COAL)
    c.stroke([(-132, -38), (-70, -34)], 1.2, p.COAL)
    c.form(s.oval(122, -74, 6), p.MARIGOLD, 0.6)


def _children(c: Canvas) -> None:
    for x, skin, helmet, coat in ((32, "#e5b48f", p.MARIGOLD, p.BLUE), (78, "#a8714b", p.TEAL, p.RUST)):
        c.form(s.path(f"M{x - 20} -92 C{x - 20} -116 {x + 20} -116 {x + 20} -90 Z"), coat, 0.8)
        c.form(s.oval(x, -126, 14, 15), skin, 0.7)
        c.form([*s.arc(x, -130, 17, 16, 180, 360, 16), (x + 17, -126), (x - 17, -126)], helmet, 0.9)
        for dx in (-5, 5):
            c.fill(s.oval(x + dx, -122, 1.5, 1.9), p.COAL)
        c.stroke(s.arc(x, -118, 5, 4, 20, 160, 8), 1.1, "#8b3a2a")


def bike_trailer(c: Canvas, colour: Colour = p.MARIGOLD) -> None:
    c.shadow(s.oval(0, 2, 130, 7), 5, 0.4)
    c.tube(s.path("M70 -40 C110 -40 130 -60 168 -66"), 5, p.IRON)
    c.form(s.rect(162, -72, 16, 12, 4), p.COAL, 0.6)
    shell = s.path("M-96 -34 C-100 -90 -86 -134 -56 -138 H26 C60 -136 84 -86 88 -34 C60 -26 -70 -26 -96 -34 Z")
    c.form(shell, colour, 1.8)
    c.form(s.path("M-44 -122 H18 C42 -120 56 -92 62 -66 H-56 C-58 -92 -56 -120 -44 -122 Z"), "#8fb4b9", 0.9)
    c.fill(s.path("M-40 -118 H-10 L-40 -70 H-54 C-54 -92 -50 -116 -40 -118 Z"), "#d9ecec", 0.5)
    c.stroke([(4, -124), (6, -64)], 2, darker(colour, 0.25))
    c.form(s.path("M-96 -46 C-60 -40 50 -40 88 -46 V-34 C60 -26 -70 -26 -96 -34 Z"), p.IRON, 0.8)
    c.form(s.rect(-88, -62, 176, 6, 3), p.SILVER, 0.5)
    wheel(c, -12, -34, 34, 16)
    c.tube([(-84, -130), (-104, -196)], 2.5, p.SILVER)
    c.form([(-104, -196), (-62, -188), (-99, -176)], p.RED, 0.8)


def tent(c: Canvas, colour: Colour = p.LEAF) -> None:
    """A family tent, its door rolled open."""
    c.shadow([(-150, -4), (156, -4), (178, 10), (-130, 10)], 7, 0.4)
    c.form([(-150, 0), (-54, -148), (34, -164), (154, 0)], colour, 1.6)
    c.form([(-54, -148), (34, -164), (154, 0), (40, 0)], darker(colour, 0.12), 1)
    c.form([(-150, 0), (-54, -148), (40, 0)], lighter(colour, 0.14), 1.2)
    c.form(s.path("M-104 0 C-90 -40 -70 -90 -54 -118 C-44 -84 -22 -34 -6 0 Z"), "#33443a", 0.8)
    c.form(s.path("M-92 0 C-84 -20 -60 -26 -40 -22 C-30 -20 -26 -8 -24 0 Z"), p.RUST, 0.7)
    c.form(s.path("M-60 0 C-56 -12 -38 -14 -24 -10 L-20 0 Z"), p.STRAW, 0.5)
    c.form(s.path("M-54 -120 C-36 -92 -14 -40 -4 0 C4 -6 6 -16 2 -26 C-8 -60 -34 -104 -54 -120 Z"), lighter(colour, 0.34), 0.8)
    c.stroke(s.smooth([(-6, -40), (2, -38), (0, -30)], closed=False), 2, p.RUST)
    c.form([(64, -96), (98, -50), (62, -46), (40, -92)], "#cfe0d2", 0.7)
    c.stroke([(53, -94), (80, -48)], 1.2, p.PAPER)
    c.stroke([(51, -70), (82, -74)], 1.2, p.PAPER)
    for a, b in (((-54, -148), (-182, 6)), ((34, -164), (196, 10)), ((-54, -148), (-110, 14))):
        c.stroke([a, b], 0.8, p.PAPER, 0.9)
        c.stroke([b, (b[0] + 2, b[1] - 8)], 2, p.BARK)
    c.tube([(-56, -154), (36, -170)], 3, p.SILVER)


def lantern(c: Canvas) -> None:
    c.shadow(s.oval(4, 0, 16, 4), 3, 0.4)
    c.glow(0, -22, 46, "#ffd98a", 0.7)
    c.stroke(s.arc(0, -40, 12, 14, 180, 360), 1.8, p.COAL)
    c.form(s.rect(-13, -8, 26, 8, 2), p.IRON, 0.7)
    c.form(s.rect(-10, -36, 20, 28, 3), "#ffe7ad", 0.7)
    c.form(s.path("M0 -12 C-6 -18 -3 -24 0 -30 C3 -24 6 -18 0 -12 Z"), p.MARIGOLD, 0.4)
    c.form(s.path("M-14 -36 L-8 -44 H8 L14 -36 Z"), p.IRON, 0.7)


def stroller(c: Canvas, colour: Colour = p.TEAL) -> None:
    c.shadow(s.oval(0, 2, 92, 7), 5, 0.4)
    c.tube([(-64, -178), (46, -26)], 5, p.IRON)
    c.tube([(40, -84), (-50, -30)], 5, p.IRON)
    c.stroke([(-74, -184), (-58, -178)], 9, p.WALNUT)
    c.form(s.path("M-40 -86 C-44 -66 -30 -54 -10 -52 H34 C58 -54 66 -70 66 -90 Z"), colour, 1.6)
    c.form(s.path("M66 -92 C72 -140 34 -164 -2 -152 L-12 -92 Z"), darker(colour, 0.12), 1.5)
    for end in ((22, -156), (50, -140)):
        c.stroke([(10, -94), end], 1.6, lighter(colour, 0.3))
    c.form(s.path("M-40 -92 C-30 -108 -8 -108 0 -94 L62 -92 L62 -84 H-40 Z"), p.CREAM, 0.9)
    c.form(s.rect(-36, -44, 70, 18, 5), p.IRON, 0.9)
    wheel(c, 52, -26, 26, 12)
    wheel(c, -56, -22, 22, 12)
    c.form(s.oval(-24, -116, 9), p.STRAW, 0.6)  # a bear looks out
    c.form(s.oval(-31, -124, 4), p.STRAW, 0.5)
    c.form(s.oval(-17, -124, 4), p.STRAW, 0.5)
    for x in (-27, -21):
        c.fill(s.oval(x, -118, 1.2), p.COAL)


def telescope(c: Canvas, colour: Colour = p.CREAM) -> None:
    c.shadow(s.oval(0, 0, 80, 7), 6, 0.5)
    for x in (-70, 66, 6):
        c.tube([(0, -124), (x, 0 if x != 6 else 8)], 6, p.OAK)
    c.form([(-30, -62), (30, -62), (20, -54), (-20, -54)], p.IRON, 0.7)
    c.form(s.oval(0, -128, 13), p.IRON, 1)
    with c.at(0, -138, 1, -34):
        c.form(s.rect(-96, -20, 190, 40, 6), colour, 1.8)
        c.fill(s.rect(-94, -16, 186, 7, 3), p.PAPER, 0.7)
        c.form(s.rect(84, -25, 34, 50, 5), p.IRON, 1.1)
        c.form(s.rect(-16, -22, 26, 44, 3), p.RUST, 0.9)
        c.form(s.rect(-118, -10, 24, 20, 3), p.IRON, 0.8)
        c.form(s.rect(-130, -7, 14, 14, 2), p.COAL, 0.6)
        c.form(s.rect(-70, -34, 60, 9, 4), p.IRON, 0.7)
        c.stroke([(-54, -26), (-54, -20)], 3, p.STEEL)
        c.stroke([(-26, -26), (-26, -20)], 3, p.STEEL)


def kayak(c: Canvas, colour: Colour = p.ORANGE) -> None:
    """A two-seat kayak and its paddle."""
    c.shadow(s.oval(0, 2, 170, 7), 5, 0.4)
    c.form(s.path("M-182 -46 C-130 -30 130 -30 182 -50 C150 -6 100 0 0 0 C-100 0 -150 -6 -182 -46 Z"), colour, 1.8)
    c.form(s.path("M-182 -46 C-130 -34 130 -34 182 -50 C140 -26 80 -22 0 -22 C-80 -22 -140 -24 -182 -46 Z"), lighter(colour, 0.25), 0.9)
    for x in (-62, 44):
        c.form(s.oval(x, -31, 34, 7), p.COAL, 0.7)
        c.form(s.path(f"M{x - 30} -32 C{x - 34} -50 {x - 16} -54 {x - 14} -32 Z"), p.IRON, 0.7)
    c.tube([(-120, -84), (128, -58)], 4, p.OAK)
    c.form(s.turn(s.oval(-140, -86, 26, 11), 6, -140, -86), p.MARIGOLD, 0.8)
    c.form(s.turn(s.oval(148, -56, 26, 11), 6, 148, -56), p.MARIGOLD, 0.8)


def skates(c: Canvas) -> None:
    """A sledge with a rope."""
    c.shadow(s.oval(0, 2, 130, 6), 5, 0.4)
    for dy in (-14, 0):
        c.tube(s.path(f"M-116 {dy} H96 C128 {dy} 140 {dy - 22} 124 {dy - 44}"), 6, p.OAK if dy else p.WALNUT)
    for x in (-88, -10, 66):
        c.tube([(x, -44), (x + 4, 0)], 6, p.OAK)
    for i in range(4):
        c.form([(-112 + i * 3, -50 - i * 7), (104 + i * 3, -50 - i * 7), (106 + i * 3, -44 - i * 7), (-110 + i * 3, -44 - i * 7)], p.WOOD, 0.9)
    c.stroke(s.smooth([(124, -44), (160, -20), (176, -60), (150, -84), (112, -62)], closed=False), 3, p.RED)
