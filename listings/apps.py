"""The listings room."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        from cooperative import things
        from cooperative.signals import purchased
        from members import geo
        from members.signals import (
            circle_changed,
            member_closed,
            membership_began,
            membership_changed,
            membership_ended,
            membership_ending,
        )
        from messaging.notices import topics
        from sharing.db import guards
        from sharing.web import slots

        from . import answering, caring, categories, fragments, holdings, places, receivers, talk
        from .guards import GUARDS
        from .saved import telling

        guards.register(*GUARDS)
        topics.register("alerts", "saved_search", letter=telling.letter)
        topics.register("wants", "want")
        topics.register("offers", "import")
        geo.register(find=places.lookup, zone_at=places.zone_at)
        post_migrate.connect(categories.seed, sender=self, dispatch_uid="listings.categories")
        membership_ended.connect(receivers.pause_what_they_offered, dispatch_uid="listings.membership_ended")
        membership_ending.connect(receivers.take_their_wants_off, dispatch_uid="listings.membership_ending")
        for signal in (membership_ended, membership_changed):
            signal.connect(answering.leave_the_questions, dispatch_uid="listings.leave_the_questions")
        member_closed.connect(receivers.put_away_what_they_offered, dispatch_uid="listings.member_closed")
        membership_began.connect(receivers.look_for_who_joined, dispatch_uid="listings.membership_began")
        circle_changed.connect(receivers.show_to_the_circle, dispatch_uid="listings.circle_changed")
        holdings.register()
        things.register(caring.Commons())
        purchased.connect(caring.begin_what_was_bought, dispatch_uid="listings.purchased")
        slots.fill("proposal.done", caring.bought)
        fragments.fill()
        talk.register()
