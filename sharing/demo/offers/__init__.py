"""What the demo's members offer, community by community."""

from . import elm_commons, elm_rides, elm_rooms, elm_tools, harbour, vereda
from .offer import Offer

OFFERS: tuple[Offer, ...] = (
    *elm_tools.OFFERS, *elm_commons.OFFERS, *elm_rooms.OFFERS, *elm_rides.OFFERS, *harbour.OFFERS, *vereda.OFFERS,
)  # fmt: skip
BY_KEY = {offer.key: offer for offer in OFFERS}
