"""The cooperative room."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CooperativeConfig(AppConfig):
    name = "cooperative"
    verbose_name = _("Pool and decisions")

    def ready(self) -> None:
        from messaging import lines
        from messaging.notices import topics
        from payments import causes
        from sharing.db import guards
        from sharing.web import slots

        from . import fees, holdings, news, panels, piles, projects, receivers
        from .guards import GUARDS
        from .treasury_guards import GUARDS as TREASURY

        guards.register(*GUARDS, *TREASURY)
        topics.register("community", "decision_*", "delegation", "care_*")
        fees.connect()
        receivers.connect()
        projects.connect()
        piles.register()
        lines.register("decision.news", news.line)
        causes.register(
            causes.Cause(
                name="proposal", model="cooperative.Proposal", number="number", open_to_all=True,
                label=_("decision %(number)s"),
                url=lambda community, number: reverse("proposal", args=[community.slug, number]),
            )
        )
        causes.register(
            causes.Cause(
                name="project", model="cooperative.Project", open_to_all=True, label=_("project %(number)s"),
                url=lambda community, number: reverse("project", args=[community.slug, number]),
            )
        )
        causes.register(
            causes.Cause(
                name="care", model="cooperative.CareTask", open_to_all=True, label=_("care %(number)s"),
                url=lambda community, number: reverse("care_task", args=[community.slug, number]),
            )
        )
        causes.register(
            causes.Cause(
                name="payout", model="cooperative.Payout", label=_("payout %(number)s"),
                url=lambda community, number: f"{reverse('payouts', args=[community.slug])}#payout-{number}",
            )
        )
        holdings.register()
        slots.fill("community.pool", panels.pool)
        slots.fill("community.tabs", panels.tabs)
        slots.fill("home.pool", panels.home)
        slots.fill("community.settings", panels.switch)
        slots.fill("home.waiting", panels.care_waiting, order=200)
