"""Machines and their cases. Each is drawn with its foot at (0, 0), about 200 units wide at most."""

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter


def drill(c: Canvas, colour: Colour = p.ORANGE, bit: bool = True) -> None:
    """A cordless hammer drill pointing right."""
    c.shadow(s.oval(-4, -1, 62, 6), 4, 0.45)
    if bit:
        c.tube([(104, -146), (168, -146)], 6, p.STEEL)
        for x in range(110, 160, 8):
            c.stroke([(x, -143), (x + 5, -149)], 1.3, p.IRON)
        c.form([(160, -150), (174, -146), (160, -142)], p.SILVER, 0.5)
    c.form([(72, -163), (104, -156), (104, -136), (72, -129)], p.COAL)
    for x in (78, 85, 92):
        c.stroke([(x, -160 + (x - 72) * 0.2), (x, -132 - (x - 72) * 0.2)], 1.2, "#596863")
    c.form(s.rect(44, -171, 30, 50, 5), p.IRON)
    c.form(s.path("M-42 -122 H14 C10 -98 4 -70 -2 -42 H-54 C-54 -70 -48 -98 -42 -122 Z"), darker(colour, 0.05))
    c.form(s.path("M-40 -116 H-14 C-18 -92 -24 -68 -28 -44 H-50 C-50 -68 -46 -94 -40 -116 Z"), p.IRON)
    for y in (-100, -90, -80, -70, -60):
        c.stroke([(-42 + (y + 100) * -0.12, y), (-22 + (y + 100) * -0.2, y)], 1.6, "#566560")
    c.form(s.path("M12 -120 H30 C32 -108 24 -94 10 -90 Z"), p.COAL)
    body = s.path("M-80 -148 C-86 -168 -72 -178 -56 -178 H34 C42 -178 47 -172 47 -164 V-128 C47 -120 42 -115 34 -115 H-50 C-68 -115 -76 -130 -80 -148 Z")
    c.form(body, colour, 1.6)
    c.fill(s.path("M-66 -172 C-40 -176 10 -174 40 -173 L40 -168 C10 -168 -40 -168 -70 -164 Z"), lighter(colour, 0.6), 0.5)
    for x in (-68, -60, -52, -44):
        c.form(s.rect(x, -158, 4, 24, 2), darker(colour, 0.45), 0.3)
    c.form(s.rect(-26, -156, 62, 26, 5), p.INK, 0.5)
    c.text(5, -143, "18 V", 15, p.STRAW)
    c.form(s.oval(20, -172, 9, 5), p.MARIGOLD, 0.6)
    c.form(s.rect(-72, -46, 92, 38, 8), p.IRON, 1.3)
    c.form(s.rect(-66, -12, 80, 11, 4), p.COAL)
    c.form(s.rect(-30, -40, 40, 9, 3), p.MARIGOLD, 0.5)
    for x in (-62, -54, -46):
        c.fill(s.oval(x, -27, 2.2), p.LIME)


def drill_case(c: Canvas) -> None:
    """The drill's case, open: two batteries, the charger and a row of bits in foam."""
    c.shadow(s.rect(-112, -20, 236, 24, 6), 8, 0.45)
    c.form(s.path("M-104 -104 L-92 -192 C-91 -197 -88 -200 -83 -200 H83 C88 -200 91 -197 92 -192 L104 -104 Z"), p.GREEN, 1.4)
    c.form(s.path("M-94 -108 L-84 -190 H84 L94 -108 Z"), "#45524d", 0.6)
    c.form(s.rect(-46, -178, 92, 42, 5), p.CREAM, 0.7)
    c.text(0, -164, "BRUSH OUT THE DUST", 7, p.INK)
    c.text(0, -150, "thank you · Bo", 8.5, p.RUST)
    c.form(s.rect(-112, -106, 224, 106, 9), p.GREEN, 1.6)
    c.form(s.rect(-102, -98, 204, 84, 6), "#37423e", 0.8)
    for x in (-92, -42):
        c.shadow(s.rect(x - 2, -90, 46, 36, 4), 2, 0.5, "#000000")
        c.form(s.rect(x, -90, 40, 34, 5), p.IRON, 1)
        c.form(s.rect(x + 5, -84, 30, 8, 2), p.MARIGOLD, 0.5)
        c.text(x + 20, -65, "18 V", 8, p.SILVER)
    c.form(s.rect(10, -90, 82, 34, 5), p.COAL, 1)
    c.form(s.rect(18, -84, 36, 22, 3), p.IRON, 0.6)
    c.fill(s.oval(68, -78, 3), p.LIME)
    c.fill(s.oval(80, -78, 3), p.RED)
    c.stroke(s.smooth([(92, -70), (99, -60), (90, -50), (60, -50)], closed=False), 2.6, p.COAL)
    for i, length in enumerate((20, 24, 28, 33, 38, 44, 52)):
        x = -90 + i * 27
        c.form(s.rect(x - 5, -50, 10, 32, 3), "#2a3330", 0.4)
        c.tube([(x, -46), (x, -46 + length * 0.55)], 2 + i * 0.75, p.STEEL)
    for x in (-64, 44):
        c.form(s.rect(x, -10, 20, 14, 3), p.MARIGOLD, 0.9)
    c.stroke([(-24, 0), (-24, 7), (24, 7), (24, 0)], 4, p.COAL)


def jigsaw(c: Canvas, colour: Colour = p.TEAL) -> None:
    c.shadow(s.rect(-150, 8, 270, 20), 6, 0.4)
    c.form(s.rect(-150, 0, 190, 20), "#e0bd88", 1)  # the board it cuts
    for y in (5, 10, 15):
        c.stroke([(-148, y), (38, y - 0.6)], 0.5, p.OAK, 0.7)
    c.form(s.path("M38 -16 L46 -16 L46 26 L42 33 L38 26 Z"), p.SILVER, 0.5)
    for y in range(0, 26, 5):
        c.fill([(38, y), (34.5, y + 2.5), (38, y + 5)], p.SILVER)
    for x, y in ((52, 22), (58, 16), (64, 24), (50, 28), (70, 20), (60, 28)):
        c.fill(s.oval(x, y, 1.6, 1), "#e8cfa2")
    c.form([(-74, -14), (78, -14), (88, -4), (82, 0), (-80, 0)], p.STEEL, 1)
    body = s.path("M-70 -18 C-78 -46 -70 -62 -46 -64 H20 C40 -64 62 -58 66 -40 V-18 Z")
    c.form(body, colour, 1.5)
    handle = s.path("M-60 -60 C-64 -100 -48 -118 -16 -118 H26 C50 -118 62 -100 60 -62 L40 -62 C42 -84 36 -96 22 -96 H-14 C-32 -96 -38 -84 -36 -60 Z")
    c.form(handle, colour, 1.5)
    c.form(s.path("M-52 -108 C-40 -120 -20 -118 26 -118 C44 -117 54 -108 58 -94 C46 -106 30 -108 10 -108 H-20 C-36 -108 -44 -104 -52 -108 Z"), p.IRON, 0.7)
    c.form(s.rect(-14, -98, 26, 11, 4), p.MARIGOLD, 0.7)
    c.form(s.oval(-40, -40, 11), p.IRON, 0.8)
    c.form(s.oval(-40, -40, 4), p.STRAW, 0.5)
    c.text(14, -40, "pendulum 4", 10, lighter(colour, 0.75))
    c.form(s.rect(30, -30, 26, 18, 3), p.IRON, 0.7)
    c.stroke(s.smooth([(-60, -96), (-92, -102), (-104, -80), (-130, -60), (-170, -70), (-230, -50)], closed=False), 4, p.COAL)


def sewing_machine(c: Canvas, colour: Colour = "#d9ded2") -> None:
    """A solid old machine with a hand wheel, a spool and a seam under the needle."""
    c.shadow(s.oval(4, 0, 122, 8), 5, 0.45)
    c.form(s.rect(-116, -30, 228, 30, 7), p.SAGE, 1.5)
    c.form(s.rect(-116, -34, 228, 9, 4), lighter(p.SAGE, 0.3), 0.8)
    arm = s.path("M-108 -150 C-108 -160 -100 -164 -90 -164 H70 C92 -164 104 -150 104 -128 V-32 H48 V-84 C48 -100 40 -106 26 -106 H-58 C-66 -106 -66 -98 -66 -92 V-80 C-66 -74 -70 -70 -76 -70 H-98 C-104 -70 -108 -74 -108 -80 Z")
    c.form(arm, p.SAGE, 1.8)
    c.fill(s.path("M-98 -158 H72 C86 -158 95 -150 98 -138 C88 -148 78 -150 64 -150 H-100 Z"), lighter(p.SAGE, 0.6), 0.6)
    c.form(s.oval(76, -132, 17), colour, 0.9)
    c.form(s.oval(76, -132, 9), p.RUST, 0.8)
    c.fill(s.rect(74.6, -140, 3, 9), p.CREAM)
    c.form(s.rect(60, -96, 34, 44, 5), colour, 0.7)
    for i, y in enumerate((-88, -78, -68, -59)):
        pattern = [(65 + k * 4, y + (2 if k % 2 else -2)) for k in range(7)] if i % 2 else [(65, y), (89, y)]
        c.stroke(pattern, 1.3, p.INK)
    c.text(-12, -132, "Marguerite", 16, p.INK)
    c.form(s.rect(102, -138, 12, 40, 4), p.COAL, 0.7)
    c.form(s.rect(108, -146, 12, 56, 5), p.IRON, 0.9)
    c.form(s.rect(22, -192, 4, 30, 1), p.STEEL, 0.4)
    c.form([(12, -190), (36, -190), (33, -166), (15, -166)], p.RED, 0.9)
    for y in (-186, -181, -176, -171):
        c.stroke([(14, y), (34, y + 1)], 1, darker(p.RED, 0.25), 0.7)
    c.stroke(s.smooth([(14, -186), (-40, -176), (-86, -168), (-88, -120), (-87, -72)], closed=False), 0.8, p.RED)
    c.form(s.rect(-92, -70, 10, 20, 2), p.STEEL, 0.5)
    c.stroke([(-87, -52), (-87, -36)], 1.8, p.SILVER)
    c.form(s.path("M-94 -38 H-80 L-76 -33 H-98 Z"), p.STEEL, 0.5)
    cloth = s.path("M-150 -20 C-140 -36 -116 -36 -100 -34 H-30 C-16 -34 -20 -20 -26 -8 C-50 0 -120 6 -150 -2 Z")
    c.shadow(s.move(cloth, 3, 4), 3, 0.3)
    c.form(cloth, p.BLUE, 1.2)
    for x, y in ((-140, -10), (-120, -22), (-118, -4), (-98, -14), (-74, -24), (-76, -6), (-52, -16), (-36, -26)):
        c.fill(s.oval(x, y, 2.4), p.PAPER)
    c.stroke([(-86, -33), (-60, -33.5), (-30, -33)], 1, p.RED)


def pressure_washer(c: Canvas, colour: Colour = p.MARIGOLD) -> None:
    c.shadow(s.oval(4, -2, 78, 8), 5, 0.45)
    c.tube(s.path("M-34 -90 L-34 -184 C-34 -194 -28 -198 -20 -198 H20 C28 -198 34 -194 34 -184 V-90"), 7, p.COAL)
    c.form(s.rect(-20, -203, 40, 11, 5), p.IRON, 0.7)
    body = s.path("M-52 -20 C-56 -70 -52 -118 -34 -128 H34 C52 -118 56 -70 52 -20 C40 -12 -40 -12 -52 -20 Z")
    c.form(body, colour, 1.8)
    c.form(s.path("M-44 -60 C-30 -70 30 -70 44 -60 L46 -22 C34 -16 -34 -16 -46 -22 Z"), p.COAL, 1)
    c.form(s.oval(0, -95, 17), p.IRON, 0.9)
    c.form(s.rect(-4, -110, 8, 20, 3), p.SILVER, 0.5)
    c.text(0, -42, "130 bar", 14, p.STRAW)
    for side in (-1, 1):
        c.form(s.oval(side * 52, -18, 18), p.COAL, 1)
        c.form(s.oval(side * 52, -18, 8), p.STEEL, 0.8)
    hose = s.smooth([(36, -40), (88, -60), (112, -30), (86, -6), (120, 2), (150, -24), (132, -70)], closed=False)
    c.stroke(s.move(hose, 2, 3), 6, "#2a2016", 0.25)
    c.tube(hose, 5.6, p.IRON)
    c.form(s.turn(s.rect(120, -96, 20, 40, 5), 16, 130, -76), p.COAL, 0.8)
    c.tube([(136, -96), (172, -170)], 5, p.STEEL)
    c.form(s.turn(s.rect(167, -184, 9, 18, 3), 26, 172, -175), p.MARIGOLD, 0.6)
    c.form(s.path("M116 -92 L138 -98 L150 -84 L136 -80 Z"), p.MARIGOLD, 0.7)


def projector(c: Canvas, colour: Colour = "#f1ead9", beam: bool = True) -> None:
    """A small projector; its beam goes up to the left."""
    if beam:
        c.soft([(-60, -48), (-330, -200), (-330, -20)], "#fff3c4", 6, 0.32)
    c.shadow(s.oval(6, 0, 92, 7), 5, 0.5)
    for x in (-66, 62):
        c.form(s.rect(x, -8, 16, 9, 3), p.COAL, 0.5)
    c.form(s.rect(-86, -72, 176, 66, 14), colour, 1.8)
    c.form(s.path("M-80 -62 C-76 -72 -66 -74 -56 -74 H62 C76 -74 86 -68 88 -60 C40 -56 -40 -56 -80 -62 Z"), lighter(colour, 0.5), 0.7)
    c.form(s.oval(-50, -38, 27), p.COAL, 1.2)
    c.form(s.oval(-50, -38, 20), "#24424d", 1)
    c.form(s.oval(-50, -38, 12), "#5f9db0", 0.7)
    c.fill(s.oval(-56, -45, 5, 4), "#fffbe8", 0.9)
    for x in range(2, 70, 8):
        c.form(s.rect(x, -46, 4, 26, 2), darker(colour, 0.28), 0.3)
    c.fill(s.oval(76, -24, 2.6), p.LIME)
    for x in (8, 22, 36):
        c.form(s.oval(x, -67, 4.5, 2.2), p.STEEL, 0.4)
    c.form(s.rect(50, -70, 20, 5, 2), p.RUST, 0.4)


def printer_3d(c: Canvas, colour: Colour = p.PLUM) -> None:
    """A 3D printer at work on a small house."""
    c.shadow(s.oval(4, 0, 92, 7), 5, 0.45)
    c.form(s.rect(-90, -24, 180, 24, 6), p.COAL, 1.4)
    for side in (-1, 1):
        c.form(s.rect(side * 76 - 7, -180, 14, 160, 3), p.IRON, 1)
        c.stroke([(side * 76, -174), (side * 76, -28)], 2, p.STEEL, 0.6)
    c.form(s.rect(-84, -192, 168, 18, 4), p.IRON, 1.2)
    c.form(s.rect(-78, -126, 156, 9, 2), p.STEEL, 0.7)
    c.form(s.rect(-16, -146, 44, 38, 5), colour, 1.2)
    c.form(s.oval(6, -128, 11), p.COAL, 0.7)
    for a in (0, 60, 120):
        c.stroke(s.turn([(-9 + 6, -128), (9 + 6, -128)], a, 6, -128), 1.6, p.STEEL)
    c.form([(0, -108), (12, -108), (8, -98), (4, -98)], p.MARIGOLD, 0.5)
    c.form(s.rect(-66, -34, 132, 9, 2), "#7b8a86", 0.8)
    c.form([(-28, -34), (-28, -72), (38, -72), (38, -34)], p.LIME, 0.9)
    for y in range(-70, -34, 5):
        c.stroke([(-27, y), (37, y)], 0.7, darker(p.LIME, 0.3), 0.7)
    c.form([(-34, -72), (4, -98), (8, -98), (44, -72)], darker(p.LIME, 0.12), 0.9)
    c.form(s.rect(-16, -60, 14, 14), darker(p.LIME, 0.4), 0.4)
    c.form(s.rect(14, -58, 12, 24), darker(p.LIME, 0.4), 0.4)
    c.form(s.oval(52, -214, 25), p.MARIGOLD, 1)
    c.form(s.oval(52, -214, 11), p.COAL, 0.7)
    for r in (15, 19, 22):
        c.stroke(s.oval(52, -214, r), 0.8, darker(p.MARIGOLD, 0.2), 0.8, closed=True)
    c.stroke(s.smooth([(28, -208), (4, -190), (14, -166), (6, -146)], closed=False), 1.6, p.MARIGOLD)
    c.form(s.rect(-80, -19, 44, 14, 3), "#9fd0c8", 0.6)
    c.text(-58, -12, "62 %", 9, p.INK)
    c.form(s.oval(66, -12, 7), p.STEEL, 0.6)


def soldering(c: Canvas) -> None:
    """A soldering station: box, stand with the iron, a circuit board, a coil of tin."""
    c.shadow(s.rect(-118, -16, 104, 20, 6), 6, 0.45)
    c.form(s.rect(-120, -92, 104, 92, 8), p.BLUE, 1.6)
    c.form(s.rect(-108, -80, 80, 34, 4), p.COAL, 0.8)
    c.text(-68, -63, "350°", 22, p.MARIGOLD)
    c.form(s.oval(-88, -24, 13), p.SILVER, 0.9)
    c.stroke([(-88, -24), (-80, -33)], 2.6, p.INK)
    c.form(s.rect(-58, -32, 22, 14, 3), p.RED, 0.7)
    c.shadow(s.oval(44, -2, 36, 6), 4, 0.4)
    c.form(s.oval(42, -4, 34, 8), p.IRON, 0.8)
    for i in range(7):
        c.stroke(s.turn(s.oval(52 + i * 6, -38 - i * 8, 11, 5), -40, 52 + i * 6, -38 - i * 8), 1.8, p.STEEL, closed=True)
    c.tube([(26, -14), (46, -32)], 3, p.STEEL)
    c.tube([(92, -92), (138, -152)], 12, p.TEAL)
    c.tube([(52, -40), (92, -92)], 4, p.SILVER)
    c.stroke(s.smooth([(140, -156), (168, -150), (160, -90), (110, -130), (30, -160), (-20, -110), (-24, -40)], closed=False), 3, p.COAL)
    c.shadow(s.path("M64 -8 L150 -20 L176 6 L86 20 Z"), 4, 0.4)
    c.form(s.path("M62 -12 L150 -24 L174 2 L84 16 Z"), p.GREEN, 1)
    for x, y in ((86, -8), (104, -4), (122, -12), (140, -8), (100, 6), (126, 2), (150, 0)):
        c.fill(s.oval(x, y, 2), p.STRAW)
    c.form(s.path("M104 -14 L122 -17 L128 -10 L110 -7 Z"), p.COAL, 0.6)
    c.stroke([(86, -8), (104, -4), (100, 6)], 0.9, p.LIME)
    c.stroke([(140, -8), (126, 2), (150, 0)], 0.9, p.LIME)
    c.form(s.oval(2, 4, 22, 12), p.SILVER, 0.8)
    c.form(s.oval(2, 4, 9, 5), p.IRON, 0.5)
