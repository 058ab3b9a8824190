"""A sheet to draw on: solid shapes lit from the upper left, soft shadows, and paper grain at the end.

Everything is drawn at twice the size asked for and halved at the end, so edges are smooth. The same
calls give the same pixels on every run: nothing here is random.
"""

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont

from . import shapes
from .shapes import Points

Colour = str | tuple[int, int, int]
OVER = 2  # drawn so many times larger than kept


def rgb(colour: Colour) -> tuple[int, int, int]:
    return ImageColor.getrgb(colour)[:3] if isinstance(colour, str) else colour


def mix(a: Colour, b: Colour, share: float) -> tuple[int, int, int]:
    """`share` of b in a."""
    return tuple(round(x + (y - x) * share) for x, y in zip(rgb(a), rgb(b), strict=True))


def lighter(colour: Colour, share: float = 0.18) -> tuple[int, int, int]:
    return mix(colour, "#fff6e0", share)


def darker(colour: Colour, share: float = 0.2) -> tuple[int, int, int]:
    return mix(colour, "#14201f", share)


class Canvas:
    """`width` × `height` units shown as `pixels` across. `view` zooms: (x, y, width) of what is seen."""

    def __init__(
        self, pixels: int = 1600, width: float = 400, height: float = 300,
        view: tuple[float, float, float] | None = None,
    ) -> None:
        self.width, self.height = width, height
        vx, vy, vw = view or (0, 0, width)
        self._scale = pixels * OVER / vw
        self.size = (pixels * OVER, round(pixels * OVER * height / width))
        self._matrix = (self._scale, 0.0, 0.0, self._scale, -vx * self._scale, -vy * self._scale)
        self.image = Image.new("RGB", self.size, "#e8d8b9")
        self._clip: Image.Image | None = None

    # --- where ---------------------------------------------------------------------------------

    @contextmanager
    def at(self, x: float, y: float, scale: float = 1, turn: float = 0, flip: bool = False) -> Iterator["Canvas"]:
        """Draw with (0, 0) at this place, larger by `scale`, turned clockwise, perhaps mirrored."""
        before, before_scale = self._matrix, self._scale
        a, b, c, d, e, f = before
        cos, sin = math.cos(math.radians(turn)) * scale, math.sin(math.radians(turn)) * scale
        m = -1 if flip else 1
        self._matrix = (
            (a * cos + c * sin) * m, (b * cos + d * sin) * m, -a * sin + c * cos, -b * sin + d * cos,
            a * x + c * y + e, b * x + d * y + f,
        )
        self._scale = before_scale * scale
        yield self
        self._matrix, self._scale = before, before_scale

    @contextmanager
    def within(self, points: Points) -> Iterator["Canvas"]:
        """Whatever is drawn meanwhile shows only inside these points."""
        before = self._clip
        mask = Image.new("L", self.size, 0)
        ImageDraw.Draw(mask).polygon(self._put(points), fill=255)
        self._clip = ImageChops.multiply(mask, before) if before else mask
        yield self
        self._clip = before

    def _put(self, points: Points) -> Points:
        a, b, c, d, e, f = self._matrix
        return [(a * x + c * y + e, b * x + d * y + f) for x, y in points]

    # --- shapes --------------------------------------------------------------------------------

    def fill(self, points: Points, colour: Colour, alpha: float = 1, to: Colour | None = None, angle: float = 90) -> None:
        """A flat shape, or one that fades from `colour` to `to` along `angle` (90: downwards)."""
        put = self._put(points)
        if alpha >= 1 and to is None and self._clip is None:
            ImageDraw.Draw(self.image).polygon(put, fill=rgb(colour))
            return
        box, mask = self._mask([put])
        if mask is not None:
            self._lay(box, mask, colour, alpha, to, angle)

    def form(
        self, points: Points, colour: Colour, rim: float = 1.1, depth: float = 1, holes: tuple[Points, ...] = ()
    ) -> None:
        """A solid thing: lit at its upper left, darker at its lower right, a fine light edge."""
        box, mask = self._mask([self._put(points)], [self._put(hole) for hole in holes])
        if mask is None:
            return
        self._lay(box, mask, lighter(colour, 0.12 * depth), 1, darker(colour, 0.13 * depth), 62)
        offset = round(rim * self._scale)
        if rim and offset:
            light = ImageChops.subtract(mask, _shifted(mask, offset))
            dark = ImageChops.subtract(mask, _shifted(mask, -offset))
            self.image.paste(Image.new("RGB", mask.size, "#fff7e2"), box[:2], light.point(lambda v: v * 0.3))
            self.image.paste(Image.new("RGB", mask.size, "#10201c"), box[:2], dark.point(lambda v: v * 0.22))

    def stroke(self, points: Points, width: float, colour: Colour, alpha: float = 1, closed: bool = False) -> None:
        """A line with round ends."""
        put = self._put([*points, points[0]] if closed else points)
        thick = max(1, round(width * self._scale))
        if alpha >= 1 and self._clip is None:
            _line(ImageDraw.Draw(self.image), put, thick, rgb(colour))
            return
        box = self._box(put, thick)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        _line(ImageDraw.Draw(mask), [(x - box[0], y - box[1]) for x, y in put], thick, 255)
        if self._clip:
            mask = ImageChops.multiply(mask, self._clip.crop(box))
        self._lay(box, mask, colour, alpha)

    def tube(self, points: Points, width: float, colour: Colour, closed: bool = False) -> None:
        """A round bar along the points: dark below, a highlight along its upper side."""
        self.stroke(points, width, darker(colour, 0.28), closed=closed)
        self.stroke(shapes.move(points, -width * 0.06, -width * 0.08), width * 0.8, colour, closed=closed)
        self.stroke(
            shapes.move(points, -width * 0.14, -width * 0.18), width * 0.26, lighter(colour, 0.34), closed=closed
        )

    def text(self, x: float, y: float, words: str, size: float, colour: Colour, turn: float = 0) -> None:
        """A few words centred on (x, y), in the plain face that comes with Pillow."""
        pixels = size * self._scale
        font = ImageFont.load_default(size=pixels)
        left, top, right, bottom = font.getbbox(words)
        mask = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
        ImageDraw.Draw(mask).text((2 - left, 2 - top), words, fill=255, font=font)
        a, b, *_ = self._matrix
        angle = math.degrees(math.atan2(b, a)) + turn
        if abs(angle) > 0.1:
            mask = mask.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        ((px, py),) = self._put([(x, y)])
        self.image.paste(rgb(colour), (round(px - mask.width / 2), round(py - mask.height / 2)), mask)

    # --- light ---------------------------------------------------------------------------------

    def shadow(self, points: Points, blur: float = 5, alpha: float = 0.35, colour: Colour = "#2a2016") -> None:
        """A soft dark shape under or behind something."""
        self.soft(points, colour, blur, alpha)

    def glow(self, cx: float, cy: float, r: float, colour: Colour = "#fff2cf", alpha: float = 0.6) -> None:
        self.soft(shapes.oval(cx, cy, r * 0.55), colour, r * 0.4, alpha)

    def soft(self, points: Points, colour: Colour, blur: float, alpha: float) -> None:
        """A shape with blurred edges, computed small and enlarged: blur has no detail to lose."""
        shrink = 8
        put = self._put(points)
        radius = blur * self._scale / shrink
        box = self._box(put, round(radius * shrink * 2.6) + shrink)
        if box is None:
            return
        w, h = box[2] - box[0], box[3] - box[1]
        small = Image.new("L", (max(2, w // shrink), max(2, h // shrink)), 0)
        kx, ky = small.width / w, small.height / h
        ImageDraw.Draw(small).polygon([((x - box[0]) * kx, (y - box[1]) * ky) for x, y in put], fill=255)
        small = small.filter(ImageFilter.GaussianBlur(radius))
        mask = small.resize((w, h), Image.Resampling.BILINEAR)
        if self._clip:
            mask = ImageChops.multiply(mask, self._clip.crop(box))
        self._lay(box, mask, colour, alpha)

    # --- the end -------------------------------------------------------------------------------

    def finish(self, grain: float = 1) -> Image.Image:
        """The picture at its real size: corners a little darker, and the tooth of paper."""
        picture = self.image.reduce(OVER)
        w, h = picture.size
        picture.paste(Image.new("RGB", picture.size, "#33210f"), (0, 0), _vignette(w, h))
        return ImageChops.add(picture, _grain(w, h, grain), 1, -128)

    # --- inside --------------------------------------------------------------------------------

    def _box(self, put: Points, margin: float = 2) -> tuple[int, int, int, int] | None:
        """What of the sheet the points touch, or None when they lie beyond it."""
        xs, ys = [x for x, _ in put], [y for _, y in put]
        left, top = max(0, int(min(xs) - margin)), max(0, int(min(ys) - margin))
        right, bottom = min(self.size[0], int(max(xs) + margin)), min(self.size[1], int(max(ys) + margin))
        return (left, top, right, bottom) if right > left and bottom > top else None

    def _mask(self, outlines: list[Points], holes: list[Points] = ()) -> tuple:
        box = self._box([point for outline in outlines for point in outline])
        if box is None:
            return None, None
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        draw = ImageDraw.Draw(mask)
        for outline, value in [(o, 255) for o in outlines] + [(h, 0) for h in holes]:
            draw.polygon([(x - box[0], y - box[1]) for x, y in outline], fill=value)
        if self._clip:
            mask = ImageChops.multiply(mask, self._clip.crop(box))
        return box, mask

    def _lay(
        self, box: tuple, mask: Image.Image, colour: Colour, alpha: float = 1, to: Colour | None = None, angle: float = 90
    ) -> None:
        if alpha < 1:
            mask = mask.point(lambda v: v * alpha)
        if to is None:
            self.image.paste(rgb(colour), box, mask)
        else:
            self.image.paste(_fade(mask.size, rgb(colour), rgb(to), angle), box[:2], mask)


def _line(draw: ImageDraw.ImageDraw, put: Points, thick: int, fill) -> None:
    draw.line(put, fill=fill, width=thick, joint="curve")
    r = thick / 2
    for x, y in (put[0], put[-1]):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def _shifted(mask: Image.Image, by: int) -> Image.Image:
    out = Image.new("L", mask.size, 0)
    out.paste(mask, (by, by))
    return out


def _fade(size: tuple[int, int], start: tuple, end: tuple, angle: float) -> Image.Image:
    """A linear fade: eight by eight samples enlarged, since a plane has nothing in between."""
    dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    low = min(0, dx) + min(0, dy)
    span = abs(dx) + abs(dy)
    n = 8
    shares = [((x / (n - 1) * dx + y / (n - 1) * dy) - low) / span for y in range(n) for x in range(n)]
    small = Image.new("RGB", (n, n))
    small.putdata([mix(start, end, share) for share in shares])
    return small.resize(size, Image.Resampling.BILINEAR)


@lru_cache(maxsize=4)
def _vignette(w: int, h: int) -> Image.Image:
    small = Image.new("L", (40, 40))
    small.putdata([
        round(max(0.0, math.hypot((x - 19.5) / 19.5, (y - 19.5) / 19.5) - 0.75) * 62) for y in range(40) for x in range(40)
    ])
    return small.resize((w, h), Image.Resampling.BICUBIC)


@lru_cache(maxsize=4)
def _grain(w: int, h: int, strength: float) -> Image.Image:
    fine = Image.frombytes("L", (w // 2, h // 2), random.Random(1871).randbytes((w // 2) * (h // 2)))
    coarse = Image.frombytes("L", (w // 10, h // 40), random.Random(1872).randbytes((w // 10) * (h // 40)))
    fine = fine.resize((w, h), Image.Resampling.BICUBIC).point(lambda v: 128 + (v - 128) * 0.045 * strength)
    coarse = coarse.resize((w, h), Image.Resampling.BICUBIC).point(lambda v: 128 + (v - 128) * 0.018 * strength)
    both = ImageChops.add(fine, coarse, 1, -128)
    return Image.merge("RGB", (both, both, both))
