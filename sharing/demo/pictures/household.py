"""Things for the kitchen, the garden and a good evening. Each stands with its foot at (0, 0)."""

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter


def raclette(c: Canvas) -> None:
    """A raclette grill for eight, pans underneath, potatoes beside it."""
    c.shadow(s.rect(-120, -12, 246, 16, 6), 6, 0.45)
    for i in range(4):
        x = -84 + i * 56
        c.form(s.rect(x - 19, -44, 38, 16, 3), p.COAL, 0.7)
        c.form(s.path(f"M{x - 16} -42 C{x - 8} -48 {x + 8} -48 {x + 16} -42 C{x + 12} -36 {x + 4} -38 {x - 2} -30 C{x - 6} -38 {x - 14} -36 {x - 16} -42 Z"), p.STRAW, 0.5)
        c.tube([(x, -30), (x - 2 + i, -2)], 6, p.WALNUT)
    for x in (-112, 104):
        c.form(s.rect(x, -64, 9, 62, 2), p.STEEL, 0.7)
    c.form(s.rect(-124, -84, 248, 24, 7), p.RED, 1.5)
    c.form(s.path("M-112 -100 H112 L124 -84 H-124 Z"), "#596562", 1)
    c.fill(s.path("M-104 -98 H40 L30 -88 H-112 Z"), "#8b9793", 0.35)
    for x, tone in ((-80, p.RED), (-60, p.LIME), (-30, p.MARIGOLD), (-8, p.RED), (30, p.MOSS), (62, p.MARIGOLD), (86, p.RED)):
        c.form(s.oval(x, -99, 12, 6), tone, 0.5)
        c.fill(s.oval(x - 3, -101, 4, 1.8), lighter(tone, 0.5), 0.7)
    c.form(s.oval(94, -72, 7), p.COAL, 0.6)
    c.stroke([(94, -72), (97, -77)], 1.6, p.STRAW)
    for x, h in ((-40, 24), (0, 32), (42, 22)):
        c.soft(s.smooth([(x, -112), (x + 7, -120 - h * 0.5), (x - 2, -118 - h), (x - 8, -120 - h * 0.5)]), "#fffdf5", 4, 0.5)


def potatoes(c: Canvas) -> None:
    c.shadow(s.oval(4, 0, 46, 6), 4, 0.4)
    for x, y, a in ((-22, -24, 20), (2, -30, -14), (24, -24, 10), (-8, -20, 0)):
        c.form(s.turn(s.oval(x, y, 15, 11), a, x, y), "#d7b26a", 0.7)
        c.fill(s.oval(x + 4, y - 1, 1, 0.7), p.OAK)
    c.form(s.path("M-46 -22 H46 C44 -6 26 0 0 0 C-26 0 -44 -6 -46 -22 Z"), p.TEAL, 1.2)
    c.stroke([(-42, -15), (42, -15)], 1.6, p.PAPER)


def fondue(c: Canvas) -> None:
    """A red pot over its little flame, forks in it."""
    c.shadow(s.oval(4, 0, 76, 7), 5, 0.45)
    c.form(s.oval(0, -3, 70, 8), p.WALNUT, 0.9)
    for x0, x1 in ((-52, -58), (52, 58)):
        c.tube([(x0, -66), (x1, -4)], 5, p.COAL)
    c.form(s.rect(-18, -22, 36, 16, 4), p.STEEL, 0.8)
    c.glow(0, -34, 30, "#ffcf70", 0.8)
    c.form(s.path("M0 -22 C-12 -30 -7 -40 0 -52 C7 -40 12 -30 0 -22 Z"), p.MARIGOLD, 0.5)
    c.stroke([(-62, -64), (62, -64)], 5, p.COAL)
    for x0, y0, x1, y1, tone in ((-30, -116, -92, -176, p.TEAL), (8, -118, 22, -196, p.MARIGOLD), (34, -116, 100, -164, p.LEAF)):
        c.tube([(x0, y0), (x1, y1)], 2.6, p.SILVER)
        c.tube([((x0 + x1 * 2) / 3, (y0 + y1 * 2) / 3), (x1, y1)], 6, p.WALNUT)
        c.fill(s.oval(x1, y1, 3.6), tone)
    c.form(s.path("M-72 -116 H72 C74 -84 52 -62 0 -62 C-52 -62 -74 -84 -72 -116 Z"), p.RED, 1.8)
    c.stroke([(72, -106), (116, -116)], 9, p.RED)
    c.form(s.oval(0, -116, 72, 10), darker(p.RED, 0.2), 0.7)
    c.form(s.oval(0, -115, 64, 7.5), p.STRAW, 0.5)
    c.form(s.path("M-60 -112 C-58 -100 -52 -92 -47 -96 C-42 -100 -44 -110 -44 -112 Z"), p.STRAW, 0.4)
    for x, y in ((-20, -116), (14, -113), (34, -117)):
        c.fill(s.oval(x, y, 3, 1.4), p.PAPER, 0.8)
    c.form(s.path("M-14 -90 C-20 -98 -8 -102 -6 -94 C-4 -102 8 -98 2 -90 L-6 -82 Z"), p.PAPER, 0.4)


def speaker(c: Canvas, height: float = 160, colour: Colour = p.COAL) -> None:
    w = height * 0.52
    c.shadow(s.oval(6, 0, w * 0.62, 6), 5, 0.45)
    c.form(s.rect(-w / 2, -height, w, height, 8), colour, 1.6)
    for cy, r in ((-height * 0.76, w * 0.2), (-height * 0.34, w * 0.36)):
        c.form(s.oval(0, cy, r), "#4d5a55", 0.9)
        c.form(s.oval(0, cy, r * 0.8), "#1d2624", 0.9)
        c.form(s.oval(0, cy, r * 0.36), p.STEEL, 0.8)
    for x in (-w / 2 + 8, w / 2 - 8):
        for y in (-height + 8, -8):
            c.fill(s.oval(x, y, 1.8), p.STEEL)


def sound_system(c: Canvas) -> None:
    """Two speakers, a small mixer, a microphone on its stand."""
    with c.at(-104, 0):
        speaker(c, 172)
    with c.at(104, 0):
        speaker(c, 172)
    c.shadow(s.rect(-46, -14, 100, 18), 5, 0.4)
    c.form(s.path("M-44 -52 H44 L54 0 H-54 Z"), p.GREEN, 1.4)
    for i in range(5):
        x = -32 + i * 16
        c.stroke([(x, -40), (x * 1.14, -10)], 1.6, p.INK)
        y = -16 - (i * 7) % 18
        c.form(s.rect(x * 1.06 - 4, y, 8, 6, 2), (p.MARIGOLD, p.CREAM, p.RED, p.CREAM, p.MARIGOLD)[i], 0.4)
    for i in range(4):
        c.form(s.oval(-27 + i * 18, -46, 3.4, 2.4), p.STEEL, 0.3)
    c.tube([(2, -52), (2, -180)], 3, p.STEEL)
    c.tube([(2, -180), (-24, -200)], 3, p.STEEL)
    c.form(s.turn(s.rect(-44, -212, 20, 9, 3), 38, -34, -207), p.COAL, 0.6)
    c.form(s.oval(-43, -216, 9), p.SILVER, 0.8)
    c.stroke(s.smooth([(-30, -204), (-60, -150), (-40, -90), (-10, -60)], closed=False), 2, p.COAL)


def benches(c: Canvas) -> None:
    """A beer table with its two benches, bunting above."""
    c.shadow(s.rect(-150, -6, 310, 12), 7, 0.4)
    wood = p.MARIGOLD
    for x in (-104, 92):
        c.tube([(x, -60), (x - 14, -22)], 4, p.GREEN)
        c.tube([(x, -60), (x + 14, -22)], 4, p.GREEN)
    c.form([(-128, -66), (122, -66), (128, -58), (-134, -58)], wood, 0.9)
    for x in (-92, 84):
        c.tube([(x, -108), (x - 20, -6)], 6, p.GREEN)
        c.tube([(x, -108), (x + 20, -6)], 6, p.GREEN)
    c.form([(-134, -118), (126, -118), (142, -100), (-150, -100)], lighter(wood, 0.12), 1.2)
    c.form([(-150, -100), (142, -100), (142, -93), (-150, -93)], darker(wood, 0.18), 0.6)
    for x in (-96, 92):
        c.tube([(x, -42), (x - 14, 2)], 5, p.GREEN)
        c.tube([(x, -42), (x + 14, 2)], 5, p.GREEN)
    c.form([(-150, -52), (146, -52), (154, -42), (-158, -42)], lighter(wood, 0.05), 1)
    for x, tone in ((-70, p.RED), (-20, p.TEAL), (50, p.LEAF)):
        c.form([(x - 8, -132), (x + 8, -132), (x + 6, -112), (x - 6, -112)], tone, 0.6)
    c.form([(6, -146), (26, -146), (22, -112), (10, -112)], "#e8f0ec", 0.6)
    for dx, dy, tone in ((10, -158, p.RED), (22, -160, p.MARIGOLD), (16, -168, p.ROSE)):
        c.stroke([(16, -146), (dx, dy)], 1.4, p.LEAF)
        c.form(s.oval(dx, dy, 6), tone, 0.5)


def bunting(c: Canvas, y: float = 30) -> None:
    """A string of flags across the whole picture."""
    line = s.smooth([(-10, y), (100, y + 26), (200, y + 34), (300, y + 26), (410, y)], closed=False)
    c.stroke(line, 1, p.WALNUT)
    tones = (p.RED, p.MARIGOLD, p.TEAL, p.PAPER, p.LEAF, p.PLUM)
    for i in range(16):
        x, fy = s.on(line, 0.02 + i * 0.062)
        c.form([(x - 9, fy), (x + 9, fy), (x, fy + 21)], tones[i % 6], 0.5)


def moving_boxes(c: Canvas) -> None:
    c.shadow(s.rect(-120, -10, 250, 16), 7, 0.45)
    card = "#c99a63"
    for x, y, w, h, word in ((-112, 0, 108, 84, "BOOKS"), (6, 0, 116, 78, "KITCHEN"), (-82, -84, 96, 70, "KIDS")):
        c.form(s.rect(x, y - h, w, h, 2), card, 1.2)
        c.form(s.rect(x + w * 0.42, y - h, w * 0.16, h), lighter(card, 0.4), 0.3)
        c.form(s.rect(x, y - h, w, 5), darker(card, 0.15), 0.3)
        c.form(s.rect(x + w * 0.36, y - h * 0.62, w * 0.28, 10, 5), darker(card, 0.55), 0.3)
        c.text(x + w * 0.5, y - h * 0.25, word, 12, p.INK)
    c.form([(28, -78), (18, -108), (62, -108), (70, -78)], lighter(card, 0.15), 0.8)
    c.form([(104, -78), (116, -104), (74, -106), (70, -78)], darker(card, 0.1), 0.8)
    c.tube([(52, -80), (44, -134)], 4, p.STEEL)
    c.form(s.path("M34 -158 C30 -140 58 -138 56 -156 L52 -134 H38 Z"), p.IRON, 0.6)
    c.form(s.path("M76 -80 C72 -110 84 -128 96 -130 C108 -124 104 -100 96 -80 Z"), p.LEAF, 0.8)
    c.stroke([(88, -82), (93, -122)], 1, p.LIME)
    c.form(s.oval(-20, -160, 14), p.TEAL, 0.8)  # a globe on the top box
    c.fill(s.smooth([(-28, -164), (-20, -170), (-14, -162), (-22, -156)]), p.LIME)
    c.stroke([(-20, -146), (-20, -154)], 3, p.WALNUT)


def apple_press(c: Canvas) -> None:
    """A wooden fruit press with its screw, apples about, juice running into a jug."""
    c.shadow(s.oval(0, 2, 110, 8), 6, 0.45)
    for x0, x1 in ((-48, -62), (48, 62), (0, 0)):
        c.tube([(x0, -48), (x1, 0)], 8, p.WALNUT)
    c.form(s.path("M-78 -62 H78 L70 -44 H-70 Z"), p.OAK, 1.1)
    c.tube([(0, -150), (0, -214)], 9, p.STEEL)
    for y in range(-208, -146, 6):
        c.stroke([(-4, y), (4, y - 2)], 1, p.IRON)
    c.tube([(-70, -206), (70, -214)], 7, p.IRON)
    for i in range(9):
        x = -54 + i * 13.5
        c.form(s.rect(x - 5.4, -150, 11, 90, 2), lighter(p.OAK, 0.12 + 0.1 * (i % 2)), 0.7)
    for y in (-138, -78):
        c.form(s.rect(-62, y, 124, 8, 2), p.IRON, 0.8)
    c.form(s.oval(0, -152, 56, 9), p.WALNUT, 0.8)
    for x, tone in ((-30, p.RED), (-6, p.LIME), (22, p.RED), (40, p.MARIGOLD)):
        apple(c, x, -160, 1, tone)
    c.stroke(s.smooth([(74, -52), (92, -50), (97, -40), (97, -26)], closed=False), 3.4, p.MARIGOLD)
    c.form([(80, -36), (116, -36), (112, 6), (84, 6)], "#dfeae4", 0.8)
    c.form([(82, -18), (114, -18), (112, 5), (84, 5)], p.MARIGOLD, 0.6)
    for x, y, tone in ((-112, 4, p.RED), (-92, 10, p.LIME), (-130, 12, p.RED), (-72, 14, p.MARIGOLD)):
        apple(c, x, y, 1.15, tone)


def apple(c: Canvas, x: float, y: float, size: float = 1, colour: Colour = p.RED) -> None:
    with c.at(x, y, size):
        c.shadow(s.oval(2, 0, 11, 2.6), 2, 0.35)
        c.form(s.path("M0 -17 C-14 -24 -18 -4 -8 0 C-4 2 4 2 8 0 C18 -4 14 -24 0 -17 Z"), colour, 0.6)
        c.stroke([(0, -17), (2, -24)], 1.4, p.BARK)
        c.fill(s.path("M2 -22 C8 -28 14 -24 14 -22 C10 -19 4 -19 2 -22 Z"), p.LEAF)
        c.fill(s.oval(-5, -13, 2.4, 3.6), lighter(colour, 0.6), 0.7)


def guitar(c: Canvas) -> None:
    """A concert guitar leaning to the right."""
    c.shadow(s.oval(-10, 0, 56, 6), 5, 0.45)
    with c.at(0, 0, 1, 12):
        body = s.smooth([(0, -128), (-34, -120), (-40, -98), (-30, -78), (-50, -52), (-48, -18), (0, -2), (48, -18), (50, -52), (30, -78), (40, -98), (34, -120)])
        c.form(s.move(body, 4, 2), p.WALNUT, 1)
        c.form(body, "#d99a4e", 1.8)
        c.stroke(body, 1.6, p.WALNUT, 0.7, closed=True)
        c.form(s.oval(0, -82, 16), p.COAL, 0.8)
        c.stroke(s.oval(0, -82, 18.5), 2, p.CREAM, closed=True)
        c.stroke(s.oval(0, -82, 21), 1, p.RUST, closed=True)
        c.form(s.rect(-26, -38, 52, 9, 3), p.BARK, 0.7)
        c.form(s.rect(-8, -222, 16, 132, 1), p.BARK, 0.7)
        for i in range(11):
            c.stroke([(-8, -214 + i * 11 - i * i * 0.25), (8, -214 + i * 11 - i * i * 0.25)], 0.8, p.SILVER)
        c.form([(-9, -222), (9, -222), (12, -256), (-12, -256)], p.WALNUT, 0.8)
        for y in (-230, -240, -250):
            for x in (-15, 15):
                c.form(s.oval(x, y, 3.6, 2.4), p.CREAM, 0.3)
        for x in (-5, -3, -1, 1, 3, 5):
            c.stroke([(x, -224), (x * 1.9, -34)], 0.4, p.SILVER)


def spade(c: Canvas, colour: Colour = p.STEEL) -> None:
    c.tube([(0, -64), (0, -196)], 7, p.OAK)
    c.tube([(-16, -200), (16, -200)], 8, p.WALNUT)
    c.form(s.path("M-22 -70 H22 V-22 C20 -8 8 -2 0 4 C-8 -2 -20 -8 -22 -22 Z"), colour, 1.1)
    c.stroke([(0, -68), (0, -30)], 2, darker(colour, 0.2))


def rake(c: Canvas) -> None:
    c.tube([(0, -30), (0, -204)], 6, p.OAK)
    c.form(s.rect(-34, -34, 68, 7, 2), p.IRON, 0.7)
    for i in range(8):
        c.stroke([(-31 + i * 8.9, -28), (-31 + i * 8.9, -2)], 2.4, p.IRON)


def fork(c: Canvas) -> None:
    c.tube([(0, -60), (0, -196)], 7, p.OAK)
    c.tube([(-15, -200), (15, -200)], 8, p.GREEN)
    c.form(s.rect(-22, -66, 44, 7, 3), p.STEEL, 0.6)
    for x in (-20, -7, 7, 20):
        c.tube([(x, -62), (x, -4)], 3.4, p.STEEL)


def watering_can(c: Canvas, colour: Colour = p.TEAL) -> None:
    c.shadow(s.oval(6, 0, 50, 6), 5, 0.4)
    c.stroke(s.arc(-34, -38, 26, 30, 60, 290), 6, darker(colour, 0.2))
    c.tube([(30, -22), (84, -76)], 8, colour)
    c.form(s.turn(s.oval(88, -82, 7, 15), 42, 88, -82), lighter(colour, 0.15), 0.8)
    c.form(s.path("M-34 -66 H34 L40 0 H-40 Z"), colour, 1.5)
    c.form(s.oval(0, -66, 34, 7), darker(colour, 0.25), 0.6)
    c.stroke([(-37, -30), (37, -30)], 1.6, darker(colour, 0.2))


def hedge_trimmer(c: Canvas, colour: Colour = p.ORANGE) -> None:
    """An electric hedge trimmer pointing right."""
    c.form([(10, -14), (186, -9), (192, -5), (186, -1), (10, 2)], p.SILVER, 0.8)
    for x in range(20, 186, 12):
        c.form([(x, -14), (x + 3, -24), (x + 8, -13)], p.STEEL, 0.4)
        c.form([(x, 2), (x + 3, 11), (x + 8, 1)], p.STEEL, 0.4)
    c.form(s.path("M-74 -4 C-84 -40 -60 -52 -40 -50 H4 C20 -48 28 -30 26 0 C20 14 -66 14 -74 -4 Z"), colour, 1.6)
    c.tube(s.path("M-66 -30 C-110 -64 -136 -20 -106 6 C-98 12 -84 10 -72 2"), 13, p.COAL)
    c.tube(s.path("M-2 -44 C-2 -92 50 -92 50 -46 C50 -30 40 -20 24 -18"), 9, p.COAL)
    c.form(s.path("M22 -26 L34 -34 L40 12 L26 16 Z"), p.IRON, 0.8)
    c.form(s.rect(-50, -34, 42, 16, 4), p.INK, 0.6)
    c.text(-29, -26, "55 cm", 10, p.STRAW)
    for x in (-46, -38, -30, -22):
        c.form(s.rect(x, -10, 4, 14, 2), darker(colour, 0.45), 0.3)


def books(c: Canvas) -> None:
    """A small pile of books."""
    c.shadow(s.oval(4, 0, 44, 5), 4, 0.4)
    for i, (tone, w, dx) in enumerate(((p.GREEN, 80, 0), (p.MARIGOLD, 70, 4), (p.PLUM, 74, -3), (p.RUST, 60, 2))):
        y = -i * 13
        c.form(s.rect(-w / 2 + dx, y - 13, w, 13, 2), tone, 0.7)
        c.fill(s.rect(-w / 2 + dx + 8, y - 10.5, 3, 8), lighter(tone, 0.5), 0.8)


def board_games(c: Canvas) -> None:
    """A pile of games with two wooden figures and dice."""
    c.shadow(s.rect(-92, -8, 190, 12), 6, 0.4)
    for i, (tone, w, word) in enumerate(((p.BLUE, 180, "HARBOUR"), (p.RUST, 164, "MARMOT HILL"), (p.LEAF, 172, "ORCHARD"), (p.PLUM, 140, "NIGHT TRAIN"))):
        y = -i * 34
        c.form(s.rect(-w / 2, y - 34, w, 34, 2), tone, 1)
        c.fill(s.rect(-w / 2, y - 34, w, 6), lighter(tone, 0.25), 0.7)
        c.text(0, y - 14, word, 14, p.CREAM)
    for x, tone in ((-34, p.MARIGOLD), (28, p.TEAL)):
        c.form(s.path(f"M{x - 13} -136 C{x - 12} -152 {x - 6} -154 {x - 4} -160 H{x + 4} C{x + 6} -154 {x + 12} -152 {x + 13} -136 Z"), tone, 0.8)
        c.form(s.oval(x, -166, 9), tone, 0.8)
    for x, a in ((108, 10), (136, -14)):
        c.form(s.turn(s.rect(x - 11, -23, 22, 22, 4), a, x, -12), p.PAPER, 0.9)
        for dx, dy in ((-5, -17), (0, -12), (5, -7)):
            c.fill(s.oval(x + dx, dy, 2), p.INK)
