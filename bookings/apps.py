"""The bookings room."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from listings import holidays, promises, scanning
        from listings.driving import booked
        from listings.search import predicates
        from listings.search import riding as ride_search
        from listings.signals import begun_like
        from members import closing as closing_accounts
        from messaging.notices import topics
        from payments import causes
        from sharing.db import guards

        from . import (
            car,
            closed_days,
            closing,
            damages,
            desk,
            disputes,
            holdings,
            news,
            offered,
            own_lines,
            receivers,
            search,
            slots,
            things,
        )
        from .actions import departures
        from .guards import GUARDS
        from .handover import news as meeting_news
        from .riding import Seats

        guards.register(*GUARDS)
        disputes.register()
        damages.register()
        topics.register("bookings", "booking.*", "approval")
        topics.register("handover", *news.HANDOVER)
        topics.register("alerts", "booking.offer")
        topics.register("offers", "calendar.*")
        news.register()
        own_lines.register()
        meeting_news.register()
        receivers.connect()
        slots.fill()
        offered.register()
        car.register()
        closing_accounts.register(closing.running_bookings)
        holdings.register()
        causes.register(
            causes.Cause(
                name="booking", model="bookings.Booking", label=_("booking %(number)s"),
                url=lambda _community, number: reverse("booking", args=[number]), things=things.of_numbers,
            )
        )
        promises.register(closing.running_on)
        ride_search.register(Seats())
        booked.register(departures.booked_among)
        departures.register()
        predicates.register("free", search.free, search.exactly)
        promises.register_list(closing.coming_on)
        promises.register_review(closing.review)
        scanning.register(desk.next_step)
        holidays.register(closed_days.is_known)
        begun_like.connect(receivers.keep_the_week, dispatch_uid="bookings.keep_the_week")
