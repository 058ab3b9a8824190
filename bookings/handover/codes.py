"""The code by which one phone tells another that they stand side by side.

It is made of the booking, the phase, who shows it and the time, with the house's own key; nothing is
stored. It lives five to ten minutes: as six digits to be read aloud, or longer inside a QR code. Who
has read it was there, so a phone without network may bring it later, with the time it was read.
"""

import io
from datetime import datetime, timedelta
from itertools import product

import qrcode
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from members.models import Member
from sharing.web.refusals import Refusal

from .. import parties
from ..models import Booking
from ..states import BORROWER, LENDER, State

WINDOW = timedelta(minutes=5)
TRIES, TRIES_WITHIN = 10, 600
STEP_AT = {State.ACCEPTED: "hand_over", State.HANDED_OVER: "return"}


class WrongCode(Refusal):
    """It is not the other side's code, or not any more."""

    code = "wrong_code"


def step_of(booking: Booking) -> str:
    """What would be confirmed now; "" when nothing changes hands."""
    return STEP_AT.get(State(booking.state), "")


def digits(booking: Booking, step: str, member: Member, now: datetime) -> str:
    """The six digits to be read aloud."""
    return f"{int(_seal(booking, step, member, _window(now))[:12], 16) % 10**6:06}"


def token(booking: Booking, step: str, member: Member, now: datetime) -> str:
    """What the QR code says."""
    return _seal(booking, step, member, _window(now))[12:44]


def lives_until(now: datetime) -> datetime:
    """When what is shown now stops being right."""
    return datetime.fromtimestamp((_window(now) + 2) * WINDOW.total_seconds(), tz=now.tzinfo)


def shown_by(booking: Booking, step: str, code: str, *, reader: Member, at: datetime) -> Member:
    """Whose code this was at that moment, on the other side of the reader. Raises WrongCode."""
    key = f"handover-code:{booking.pk}:{reader.pk}"
    if _tries(key) > TRIES:
        raise WrongCode(_("Too many wrong codes. Wait ten minutes, or confirm without one."), field="code")
    code = "".join(code.split())
    for member, window in product(others(booking, reader), (_window(at), _window(at) - 1)):
        seal = _seal(booking, step, member, window)
        for right in (f"{int(seal[:12], 16) % 10**6:06}", seal[12:44]):
            if constant_time_compare(code, right):
                cache.delete(key)
                return member
    sentence = _("That is not the code, or it is older than ten minutes. Ask for the one shown now.")
    raise WrongCode(sentence, field="code")


def _tries(key: str) -> int:
    """The number of this try; it is counted before anything is compared, so that many at once are as many."""
    cache.add(key, 0, TRIES_WITHIN)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out in between
        cache.add(key, 1, TRIES_WITHIN)
        return 1


def others(booking: Booking, reader: Member) -> list[Member]:
    """Who may show a code to this reader."""
    party = parties.parties(booking, reader)
    if party & BORROWER and party & LENDER:
        return []
    if party & BORROWER:
        return parties.lenders(booking)
    return [booking.borrower] if party & LENDER else []


def drawing(text: str) -> SafeString:
    """The QR code as SVG, to be scanned off a screen."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=10, border=2)
    code.add_data(text)
    image = code.make_image(image_factory=SvgPathImage)
    file = io.BytesIO()
    image.save(file)
    svg = file.getvalue().decode()
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - drawn here, of squares


def _window(moment: datetime) -> int:
    return int(moment.timestamp() // WINDOW.total_seconds())


def _seal(booking: Booking, step: str, member: Member, window: int) -> str:
    what = f"{booking.pk}:{step}:{member.pk}:{window}"
    return salted_hmac("bookings.handover", what, algorithm="sha256").hexdigest()
