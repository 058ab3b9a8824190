"""Portraits: friendly plain faces, each made from a few choices (skin, hair, clothes, glasses)."""

from typing import NamedTuple

from . import palette as p
from . import shapes as s
from .canvas import Canvas, Colour, darker, lighter, mix

SKINS = ("#f3cfae", "#eabf98", "#dca878", "#c58c5c", "#a06a42", "#7c4e30", "#5d3a25")
HAIRS = {
    "black": "#2a2320", "brown": "#5b3a25", "chestnut": "#8a4b26", "blond": "#d8ae62", "red": "#b8532a",
    "grey": "#b9b8b0", "white": "#ebe7dc",
}
HAIR_SCARF = "#b3566a"


class Face(NamedTuple):
    """What one looks like."""

    skin: int = 1
    hair: str = "brown"
    style: str = "short"
    shirt: Colour = p.GREEN
    wall: Colour = p.MINT
    extra: str = ""  # any of: glasses beard moustache earrings freckles cap


def portrait(face: Face, pixels: int = 640):
    """The finished square picture."""
    c = Canvas(pixels, 300, 300)
    skin, hair = SKINS[face.skin], HAIRS[face.hair]
    c.fill(s.rect(-10, -10, 320, 320), lighter(face.wall, 0.3), to=darker(face.wall, 0.08), angle=60)
    c.soft(s.oval(96, 96, 74), "#fff6dc", 46, 0.55)
    c.shadow(s.oval(168, 186, 84, 96), 16, 0.22)
    _hair_behind(c, face.style, hair)
    _shoulders(c, face, skin)
    _head(c, face, skin)
    _features(c, face, skin, hair)
    _hair_before(c, face.style, hair)
    _extras(c, face, hair)
    return c.finish(0.8)


def _shoulders(c: Canvas, face: Face, skin: Colour) -> None:
    c.form(s.path("M128 190 H172 V238 H128 Z"), darker(skin, 0.1), 0)
    c.form(s.path("M24 312 C26 262 62 240 112 234 C124 252 176 252 188 234 C238 240 274 262 276 312 Z"), face.shirt, 1.8)
    c.fill(s.path("M118 232 C126 250 174 250 182 232 C176 224 124 224 118 232 Z"), darker(skin, 0.06))
    if face.style == "scarf":
        c.form(s.path("M86 210 C90 260 210 260 214 210 C236 250 220 284 196 300 H100 C78 280 66 250 86 210 Z"), HAIR_SCARF, 1.4)
        return
    c.stroke(s.smooth([(113, 235), (124, 249), (150, 255), (176, 249), (187, 235)], closed=False), 5, lighter(face.shirt, 0.3))
    pattern = (face.skin + len(face.style)) % 4
    if pattern == 0:  # a checked or striped shirt
        with c.within(s.path("M24 312 C26 262 62 240 112 234 C124 252 176 252 188 234 C238 240 274 262 276 312 Z")):
            for y in range(252, 316, 16):
                c.stroke([(0, y + 14), (150, y), (300, y + 14)], 4, lighter(face.shirt, 0.35), 0.6)
    elif pattern == 1:
        c.stroke([(150, 256), (150, 306)], 1.6, darker(face.shirt, 0.3))
        for y in (270, 290):
            c.fill(s.oval(150, y, 3), lighter(face.shirt, 0.5))
    elif pattern == 2:  # dungarees
        for x in (104, 186):
            c.form(s.path(f"M{x} 236 L{x + 12} 238 L{x + 8} 312 H{x - 6} Z"), darker(face.shirt, 0.35), 0.8)


def _head(c: Canvas, face: Face, skin: Colour) -> None:
    if face.style != "scarf":
        for x in (82, 218):
            c.form(s.oval(x, 152, 13, 17), darker(skin, 0.05), 0.8)
            c.fill(s.oval(x, 152, 6, 9), darker(skin, 0.16), 0.7)
    head = s.smooth([(150, 66), (194, 76), (217, 116), (214, 160), (196, 200), (150, 222), (104, 200), (86, 160), (83, 116), (106, 76)])
    c.form(head, skin, 1.6)
    blush = mix(skin, p.RED, 0.45)
    for x in (108, 192):
        c.soft(s.oval(x, 172, 12, 8), blush, 6, 0.45)


def _features(c: Canvas, face: Face, skin: Colour, hair: Colour) -> None:
    for x in (122, 178):
        c.fill(s.oval(x, 146, 6.2, 7.4), "#2b2320")
        c.fill(s.oval(x - 2, 143, 2, 2.4), "#ffffff")
        brow = darker(hair, 0.25) if hair not in (HAIRS["white"], HAIRS["grey"]) else "#8d8a82"
        out = -1 if x < 150 else 1  # the outer end lies lower: a friendly look
        c.stroke(s.smooth([(x + 14 * out, 127), (x + 3 * out, 119), (x - 11 * out, 121)], closed=False), 4.2, brow)
    c.stroke(s.smooth([(152, 148), (157, 166), (148, 170)], closed=False), 3.2, darker(skin, 0.26))
    if "freckles" in face.extra:
        for x, y in ((104, 164), (112, 170), (118, 162), (182, 162), (190, 170), (197, 164)):
            c.fill(s.oval(x, y, 1.8), darker(skin, 0.3), 0.7)
    if "beard" in face.extra:
        c.form(s.path("M88 158 C90 200 112 236 150 238 C188 236 210 200 212 158 C204 178 190 180 178 176 C160 170 140 170 122 176 C110 180 96 178 88 158 Z"), hair, 1.2)
    if "moustache" in face.extra:
        c.form(s.path("M150 178 C138 170 122 178 116 190 C130 194 144 190 150 186 C156 190 170 194 184 190 C178 178 162 170 150 178 Z"), hair, 0.8)
    smile = s.path("M126 184 C136 206 164 206 174 184 C160 189 140 189 126 184 Z") if face.skin % 2 == 0 else None
    if smile:
        c.fill(smile, "#8d3430")
        c.fill(s.path("M130 185.500 C142 190 158 190 170 185.500 C166 194 134 194 130 185.500 Z"), "#fffaf2")
    else:
        c.stroke(s.smooth([(126, 186), (138, 196), (150, 199), (162, 196), (174, 186)], closed=False), 4, "#8d3430")


def _hair_behind(c: Canvas, style: str, hair: Colour) -> None:
    if style == "long":
        c.form(s.path("M70 130 C60 40 240 40 230 130 C234 190 244 226 236 262 C204 274 96 274 64 262 C56 226 66 190 70 130 Z"), darker(hair, 0.1), 1.4)
    elif style == "bob":
        c.form(s.path("M68 130 C58 40 242 40 232 130 C240 170 236 204 222 214 H78 C64 204 60 170 68 130 Z"), darker(hair, 0.1), 1.4)
    elif style == "afro":
        c.form(s.smooth([(150, 12), (206, 26), (244, 68), (250, 122), (232, 168), (68, 168), (50, 122), (56, 68), (94, 26)]), hair, 2)
        for x, y in ((90, 60), (120, 40), (160, 34), (200, 52), (226, 90), (70, 100), (234, 130), (66, 136)):
            c.stroke(s.arc(x, y, 9, 8, 150, 340, 10), 2.2, lighter(hair, 0.18), 0.6)
    elif style == "curls":
        for x, y, r in ((84, 84, 30), (70, 122, 26), (74, 160, 24), (216, 84, 30), (230, 122, 26), (226, 160, 24), (118, 54, 32), (182, 54, 32), (150, 44, 32)):
            c.form(s.oval(x, y, r), hair, 1.3)
    elif style == "bun":
        c.form(s.oval(150, 34, 32, 28), hair, 1.5)
    elif style == "ponytail":
        c.form(s.path("M208 80 C262 84 268 170 244 214 C236 190 240 140 204 116 Z"), darker(hair, 0.08), 1.4)
    elif style == "braids":
        for x in (70, 230):
            for i in range(6):
                c.form(s.oval(x + (2 if i % 2 else -2), 160 + i * 18, 13, 11), darker(hair, 0.05 * (i % 2)), 0.9)
            c.form(s.oval(x, 262, 8, 6), p.RED, 0.6)
    elif style == "scarf":
        c.form(s.path("M64 140 C58 30 242 30 236 140 C240 200 226 250 200 262 H100 C74 250 60 200 64 140 Z"), HAIR_SCARF, 1.6)


def _hair_before(c: Canvas, style: str, hair: Colour) -> None:
    cap = "M80 132 C70 50 120 46 150 48 C196 44 232 66 220 132"
    if style in ("short", "beardy"):
        c.form(s.path(cap + " C214 110 206 98 196 92 C170 102 128 100 104 90 C92 100 86 114 80 132 Z"), hair, 1.5)
    elif style == "quiff":
        c.form(s.path("M80 130 C74 80 92 58 118 50 C140 28 206 30 218 66 C228 84 222 110 220 130 C212 112 206 102 200 96 C176 92 130 96 104 98 C92 106 86 116 80 130 Z"), hair, 1.6)
        c.stroke(s.smooth([(112, 82), (146, 58), (196, 60)], closed=False), 3, lighter(hair, 0.25), 0.6)
    elif style in ("long", "bob", "ponytail"):
        c.form(s.path(cap + " C216 106 204 88 182 78 C160 100 116 112 92 112 C86 118 82 124 80 132 Z"), hair, 1.5)
        c.stroke(s.smooth([(108, 98), (146, 86), (172, 70)], closed=False), 2.6, lighter(hair, 0.25), 0.6)
        if style == "long":
            c.form(s.path("M80 128 C74 170 72 206 60 240 C80 240 92 200 92 150 C92 130 92 120 94 112 Z"), hair, 1.2)
            c.form(s.path("M220 128 C226 170 228 206 240 240 C220 240 208 200 208 150 C208 130 208 120 204 104 Z"), hair, 1.2)
    elif style in ("bun", "braids"):
        c.form(s.path(cap + " C214 106 196 84 150 82 C104 84 86 106 80 132 Z"), hair, 1.5)
        c.stroke([(150, 50), (150, 82)], 2, darker(hair, 0.25), 0.7)
    elif style == "fringe":
        c.form(s.path("M76 148 C62 46 120 42 150 44 C184 40 240 48 224 148 C218 140 214 128 212 114 C190 108 176 118 164 110 C146 118 120 110 90 116 C88 130 84 140 76 148 Z"), hair, 1.6)
    elif style == "curls":
        for x, y, r in ((104, 84, 18), (130, 74, 20), (158, 72, 20), (186, 80, 19), (204, 96, 15), (92, 104, 14)):
            c.form(s.oval(x, y, r), lighter(hair, 0.05), 1.1)
    elif style == "afro":
        c.form(s.path("M80 126 C80 70 118 56 150 56 C182 56 220 70 220 126 C210 102 196 90 176 88 C156 94 138 94 122 88 C104 92 90 104 80 126 Z"), hair, 0.8)
    elif style == "bald":
        side = s.path("M82 140 C74 116 80 96 92 88 C90 104 90 122 88 140 Z")
        for tuft in (side, s.flip(side, 150)):
            c.form(tuft, hair, 0.8)
        c.fill(s.oval(128, 86, 22, 10), "#ffffff", 0.22)
    elif style == "scarf":
        c.form(s.path("M84 150 C74 60 120 52 150 52 C180 52 226 60 216 150 C212 108 190 84 150 84 C110 84 88 108 84 150 Z"), HAIR_SCARF, 1.2)
        c.stroke(s.smooth([(96, 112), (120, 84), (150, 76), (182, 84), (206, 114)], closed=False), 2, lighter(HAIR_SCARF, 0.35), 0.6)


def _extras(c: Canvas, face: Face, hair: Colour) -> None:
    if "glasses" in face.extra:
        tone = p.COAL if face.skin < 4 else p.STRAW
        for x in (121, 179):
            c.fill(s.oval(x, 147, 22, 20), "#ffffff", 0.16)
            c.stroke(s.oval(x, 147, 22, 20), 3.6, tone, closed=True)
            c.stroke(s.arc(x - 6, 141, 9, 8, 190, 260, 8), 2.4, "#ffffff", 0.7)
        c.stroke(s.arc(150, 147, 8, 6, 200, 340, 8), 3.6, tone)
    if "earrings" in face.extra:
        for x in (80, 220):
            c.form(s.oval(x, 178, 6, 9), p.MARIGOLD, 0.7)
    if "cap" in face.extra:
        c.form(s.path("M78 104 C66 16 234 16 222 104 C190 92 110 92 78 104 Z"), p.TEAL, 1.6)
        c.form(s.path("M74 106 C104 84 196 84 240 104 C252 112 236 118 222 110 C186 98 114 98 84 112 C76 114 70 112 74 106 Z"), darker(p.TEAL, 0.2), 1)
        c.form(s.oval(150, 40, 7, 5), p.MARIGOLD, 0.5)
    if "hat" in face.extra:
        c.form(s.path("M74 108 C66 26 234 26 226 108 Z"), p.RUST, 1.6)
        c.form(s.rect(68, 92, 164, 26, 12), lighter(p.RUST, 0.15), 1.3)
        for x in range(80, 226, 12):
            c.stroke([(x, 97), (x, 113)], 1.8, darker(p.RUST, 0.1), 0.7)
        c.form(s.oval(150, 34, 20, 18), p.CREAM, 1.2)
