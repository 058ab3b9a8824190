"""Every photo of the demo by name: what is drawn, before what, and what it shows in words.

A name may be followed by `@x,y,width` to look closer at a part of the same scene.
"""

from collections.abc import Callable
from functools import partial

from PIL import Image

from . import backdrops as b
from . import gear as g
from . import household as h
from . import machines as m
from . import outing as o
from . import palette as p
from . import rides, rooms
from . import shapes as s
from .canvas import Canvas

Draw = Callable[[Canvas], None]


def picture(name: str, pixels: int = 1600) -> Image.Image:
    """The finished picture of that name."""
    scene, _, part = name.partition("@")
    view = tuple(float(number) for number in part.split(",")) if part else None
    canvas = Canvas(pixels, view=view)
    SCENES[scene][0](canvas)
    return canvas.finish()


def alt(name: str) -> str:
    """What the picture shows, in words."""
    return SCENES[name.partition("@")[0]][1]


# --- backgrounds ------------------------------------------------------------------------------------


def _table(c: Canvas, wall: str = p.SAND, wood: str = p.WOOD, light: float | None = 40, extras: str = "") -> None:
    b.wall(c, wall)
    if light is not None:
        b.window_light(c, light)
    if "frame" in extras:
        b.frame(c, 28, 34, 52, 62, kind="x" if "x" in extras else "hills")
    b.table(c, wood)
    if "plant" in extras:
        b.plant(c, 360, 222, 0.85, p.TEAL)
    if "mug" in extras:
        b.mug(c, 52, 246, 0.9, p.TEAL)


def _bench(c: Canvas) -> None:
    b.pegboard(c)
    b.table(c, p.OAK)


def _floor(c: Canvas, wall: str, wood: str = p.WOOD, extras: str = "") -> None:
    b.floor(c, wall, wood)
    if "lamp" in extras:
        b.lamp(c, 320, 26)
    if "frame" in extras:
        b.frame(c, 44, 46, 62, 78, kind="x")
    if "plant" in extras:
        b.plant(c, 52, 268, 1.1)


def _kitchen(c: Canvas, tone: str = p.SAGE) -> None:
    b.tiles(c, tone)
    b.counter(c, "#d9d2c3")


def _yard(c: Canvas) -> None:
    b.tiles(c, "#c9b59a")
    b.paving(c)
    b.plant(c, 44, 244, 1)


def _beach(c: Canvas) -> None:
    b.sky(c, "#9fd0e0", "#fdf3d6", 170)
    c.fill(s.oval(320, 60, 24), "#ffe7a0")
    b.cloud(c, 70, 62, 1.1)
    c.fill(s.rect(-20, 146, 440, 70), "#6fb0bd", to="#3f8a9c")
    for i in range(26):
        c.stroke([((i * 67) % 400, 152 + (i * 13) % 46), ((i * 67) % 400 + 18, 152 + (i * 13) % 46)], 1, p.PAPER, 0.5)
    c.fill(s.path("M-20 204 C80 190 200 214 430 198 V310 H-20 Z"), "#ecd7a6", to="#cfae72")
    c.stroke(s.smooth([(-20, 206), (80, 194), (210, 210), (430, 200)], closed=False), 4, p.PAPER, 0.8)


def _night(c: Canvas) -> None:
    c.fill(s.rect(-20, -20, 440, 340), "#16284a", to="#c98a6a")
    for i in range(90):
        x, y = (i * 149) % 400, (i * 61) % 170
        c.fill(s.oval(x, y, 0.6 + (i % 5) * 0.25), "#fff6dc", 0.5 + (i % 3) * 0.22)
    c.glow(88, 62, 56, "#fff2c8", 0.5)
    c.form(s.oval(88, 62, 20), "#fff0c8", 1)
    c.fill(s.path("M-20 236 C90 196 220 220 300 214 C350 210 400 222 430 226 V310 H-20 Z"), "#2f4a3c", to="#1d2f28")
    for x, size in ((36, 0.7), (352, 0.9)):
        b.tree(c, x, 240, size, "#27402f")


# --- a thing before a background --------------------------------------------------------------------


def _put(back: Draw, thing: Draw, x: float = 200, y: float = 258, size: float = 1, turn: float = 0, flip: bool = False) -> Draw:
    def draw(c: Canvas) -> None:
        back(c)
        with c.at(x, y, size, turn, flip):
            thing(c)

    return draw


def _many(back: Draw, *things: tuple) -> Draw:
    """Several things, each (draw, x, y, size) before one background."""

    def draw(c: Canvas) -> None:
        back(c)
        for thing, x, y, size, *flip in things:
            with c.at(x, y, size, flip=bool(flip)):
                thing(c)

    return draw


def _hedge(c: Canvas) -> None:
    b.sky(c, "#bcd7e2", "#fbefd2", 180)
    b.cloud(c, 250, 44, 1.2)
    b.hedge(c, 310, 178, "#6d8f4a", 4)


def _scratched(c: Canvas) -> None:
    _put(_table, m.drill)(c)
    with c.at(176, 108, 0.6):
        o.scratch(c)
    with c.at(182, 114, 0.5):
        o.finger(c)


def _blanket_laid(c: Canvas, cover: str, wall: str) -> None:
    rooms.guest_room(c, wall, cover, p.RUST)
    with c.at(330, 274, 0.75):
        o.keys(c)


def _keys(c: Canvas) -> None:
    _table(c, p.MINT, p.WALNUT, 60)
    with c.at(196, 252, 1.25):
        o.keys(c)


_street2 = partial(b.street, seed=2)
_street3 = partial(b.street, seed=3)
_blue_wall = partial(_table, wall="#c9d8d0", wood=p.WALNUT, light=None, extras="frame")

SCENES: dict[str, tuple[Draw, str]] = {
    "drill": (_put(_table, m.drill), "An orange cordless drill on a wooden table"),
    "drill_case": (_put(partial(_blue_wall), m.drill_case, y=266), "The open case: two batteries, the charger and seven bits"),
    "drill_blue": (_put(_bench, partial(m.drill, colour=p.TEAL), 190), "A blue cordless drill before a wall of tools"),
    "drill_scratch": (_scratched, "A finger points at a scratch on the drill's housing"),
    "jigsaw": (_put(_bench, m.jigsaw, 200, 236, 1.1), "A blue jigsaw cutting a board"),
    "sewing": (_put(partial(_table, wall=p.ROSE, light=240), m.sewing_machine), "A green sewing machine with blue dotted cloth"),
    "washer": (_put(_yard, m.pressure_washer, 176, 270), "A yellow pressure washer in a paved yard"),
    "projector": (_put(partial(_table, wall="#6d7f8a", wood=p.WALNUT, light=None), m.projector, 262, 262), "A small projector throwing its beam"),
    "printer": (_put(partial(_table, wall=p.LILAC, wood=p.OAK, light=250), m.printer_3d, 190, 266), "A 3D printer building a small green house"),
    "soldering": (_put(_bench, m.soldering, 180, 262), "A soldering station with a circuit board"),
    "ladder": (_many(partial(_floor, wall=p.MINT), (g.ladder, 190, 272, 1.08), (g.paint_pot, 306, 276, 0.9)), "A wooden folding ladder and a pot of paint"),
    "ladder_garden": (_put(b.garden, g.ladder, 190, 272, 1.08), "A wooden ladder standing on a lawn"),
    "cargo": (_put(b.street, g.cargo_bike, 200, 284, 0.96), "A red cargo bike with a wooden box, in the street"),
    "cargo_kids": (_put(b.street, partial(g.cargo_bike, riders=True), 200, 284, 0.96), "The cargo bike with two children in its box"),
    "cargo_green": (_put(_street3, partial(g.cargo_bike, colour=p.GREEN), 200, 284, 0.96, flip=True), "A green cargo bike"),
    "trailer": (_put(_street2, g.bike_trailer, 176, 282, 1.08), "A yellow bicycle trailer for children, with a flag"),
    "bicycle": (_put(_street3, o.bicycle, 200, 284, 1.12), "A green city bike with a basket"),
    "bicycle_red": (_put(_street2, partial(o.bicycle, colour=p.RED), 200, 284, 1.12, flip=True), "A red city bike with a basket"),
    "tent": (_many(b.garden, (g.tent, 196, 266, 1.02), (g.lantern, 84, 280, 0.9)), "A green family tent on the grass, its door open"),
    "tent_rust": (_put(partial(b.garden, seed=5), partial(g.tent, colour=p.ORANGE), 200, 268, 1.02, flip=True), "An orange tent in a garden"),
    "stroller": (_put(partial(_floor, wall=p.ROSE, extras="frame"), g.stroller, 220, 280, 1.22), "A blue pram with a teddy bear"),
    "telescope": (_put(_night, g.telescope, 216, 282, 1.12), "A telescope under the stars"),
    "kayak": (_put(_beach, g.kayak, 200, 280, 1), "An orange two-seat kayak on the shore"),
    "surfboard": (_many(_beach, (o.surfboard, 170, 284, 1), (partial(o.surfboard, colour=p.RED), 250, 280, 0.9)), "Two surfboards standing in the sand"),
    "sledge": (_put(b.garden, g.skates, 190, 266, 1.2), "A wooden sledge with a red rope"),
    "raclette": (_many(_kitchen, (h.raclette, 180, 264, 1.05), (h.potatoes, 348, 262, 0.85)), "A raclette grill with four pans, potatoes beside it"),
    "fondue": (_put(partial(_table, wall="#7c3f3a", wood=p.WALNUT, light=40), h.fondue, 196, 264, 1.15), "A red fondue pot with three forks"),
    "sound": (_put(partial(_floor, wall="#bfc9b0", extras="lamp"), h.sound_system, 196, 274), "Two loudspeakers, a mixer and a microphone"),
    "benches": (_put(b.garden, h.benches, 200, 272), "A long table with two benches in the garden"),
    "benches_party": (lambda c: (_put(b.garden, h.benches, 200, 272)(c), h.bunting(c))[0], "The table and benches under a string of flags"),
    "boxes": (_put(partial(_floor, wall="#e9d9b8"), h.moving_boxes, 200, 274, 1.2), "Moving boxes labelled books, kitchen and kids"),
    "press": (_put(b.garden, h.apple_press, 208, 270, 1.08), "A wooden apple press with apples and a jug of juice"),
    "guitar": (_put(partial(_floor, wall=p.MINT, extras="plant lamp"), h.guitar, 190, 274), "A concert guitar leaning against a wall"),
    "garden_tools": (_many(b.garden, (h.spade, 96, 262, 1), (h.rake, 158, 262, 1), (h.fork, 222, 262, 1), (h.watering_can, 318, 274, 0.95)), "Spade, rake, fork and a watering can on a lawn"),
    "trimmer": (_put(_hedge, h.hedge_trimmer, 150, 176, 1.15, -12), "An orange hedge trimmer at a hedge"),
    "wheelbarrow": (_put(partial(b.garden, seed=6), o.wheelbarrow, 210, 272, 1.15), "A green wheelbarrow full of plants"),
    "games": (_many(partial(_table, wall="#c9d8d0", wood=p.WALNUT, light=250), (h.board_games, 170, 262, 1.05)), "A pile of four board games with wooden figures"),
    "books": (_put(partial(_table, extras="plant mug"), h.books, 190, 262, 2), "A pile of books"),
    "paella": (_put(b.garden, o.paella, 200, 272, 1.15), "A big paella with prawns and mussels on its ring"),
    "camera": (_put(partial(_table, wall=p.STRAW, wood=p.OAK, light=240, extras="frame"), o.camera, 210, 262, 1.15), "A film camera with a leather strap"),
    "lantern": (_many(_night, (g.lantern, 150, 276, 1.6), (g.lantern, 250, 284, 1.1)), "Two lanterns in the evening"),
    "guest": (rooms.guest_room, "A bed with a plum blanket under a garden window"),
    "guest_rose": (partial(rooms.guest_room, wall="#ead6c8", cover=p.RUST, curtain=p.TEAL), "A bed with a rust-red blanket, blue curtains"),
    "guest_green": (partial(rooms.guest_room, wall="#dfe6d3", cover=p.GREEN, curtain=p.ROSE), "A bed with a green blanket, rose curtains"),
    "guest_blue": (partial(rooms.guest_room, wall="#f0e4c6", cover=p.BLUE, curtain=p.RUST), "A bed with a blue blanket under a window"),
    "twin": (partial(rooms.guest_room, wall="#e6dccb", cover=p.GREEN, curtain=p.TEAL, beds=2), "Two beds with checked blankets under a window"),
    "desk": (rooms.desk_room, "A desk before a window, a lamp, shelves of books"),
    "desk_warm": (partial(rooms.desk_room, wall="#ecdcc6"), "A desk in a warm room with a view"),
    "workshop": (rooms.workshop, "A carpenter's bench, tools hung on the wall"),
    "hall": (rooms.hall, "A bright hall with tall windows, a stage and coloured chairs"),
    "garden_house": (rooms.garden_house, "A small wooden house at the end of a garden"),
    "garden_house_blue": (partial(rooms.garden_house, colour="#7d97ad"), "A blue wooden house in a garden"),
    "kitchen": (rooms.kitchen, "A tiled kitchen with pans, a stove and a long worktop"),
    "car_country": (_put(rides.country, rides.car, 190, 288), "A blue car on a country road, a village behind"),
    "car_evening": (_put(partial(rides.country, evening=True), partial(rides.car, colour=p.GREEN), 190, 288), "A green car on the road at sunset"),
    "car_city": (_put(rides.skyline, partial(rides.car, colour=p.RED, luggage=False), 200, 288), "A red car before a city at dusk"),
    "car_city_day": (_put(partial(rides.skyline, evening=False), rides.car, 200, 288), "A blue car before the towers of a city"),
    "van_evening": (_put(partial(rides.country, evening=True), rides.van, 200, 288), "A yellow van on the road at sunset"),
    "van_coast": (_put(rides.coast, partial(rides.van, colour=p.TEAL), 200, 288), "A blue van on a coast road"),
    "car_coast": (_put(rides.coast, partial(rides.car, colour=p.ORANGE), 200, 288), "An orange car on a coast road"),
    "van_country": (_put(rides.country, partial(rides.van, colour=p.GREEN), 200, 288), "A green van on a country road"),
    "keys": (_keys, "Two keys with a wooden tag on a table"),
    "room_left": (partial(_blanket_laid, cover=p.PLUM, wall="#d7dfe4"), "The room left tidy, the keys on the floor by the rug"),
}
