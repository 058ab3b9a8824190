"""Every door of the rooms where money is kept and decided about: their pages, their API, and the admin.

`doors()` reads the addresses from the URL configuration itself, so that a new page is tried by being there. A number
in an address that this file cannot fill is an error: whoever adds such a page says here what it opens.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cooperative import actions as decisions
from cooperative import api as deciding
from cooperative import care, evidence, payouts, projects, statements
from cooperative import urls as decision_urls
from cooperative.models import OpenBooks
from cooperative.views import care as cares
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments import api as paying
from payments import ledger
from payments import urls as payment_urls
from payments.credit import actions as credit
from payments.models import CardCharge
from tests import factories

from .test_dividends import used

MARK = "Quince"  # stands in every name and text of the house, and nowhere else
ROOMS = ("payments", "cooperative")
# What shows one's own, whoever one is; and the bank's letter box, which knows nobody.
ONES_OWN = {
    "wallet", "card_account", "card_letters", "payments_year", "payments_year_csv", "api_payments", "api_cards",
    "api_payments_year", "api_wallets", "api_card_account",
}
STEPS = {
    "payout_step": ("approve", "refuse"), "proposal_step": ("discuss", "open", "withdraw"),
    "care_step": tuple(cares.STEPS),
}


@dataclass(frozen=True)
class Door:
    name: str
    path: str
    numbers: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.path}"


def doors(house: SimpleNamespace) -> list[Door]:
    """Every address of both rooms, with the numbers of what is in this house."""
    patterns = [*payment_urls.urlpatterns, *decision_urls.urlpatterns, *paying.urlpatterns, *deciding.urlpatterns]
    return [door for pattern in patterns for door in _filled(pattern, house)]


def admin_doors() -> Iterator[Door]:
    """The lists, forms and deeds of the admin for every row of both rooms."""
    for model, site in admin.site._registry.items():
        if model._meta.app_label in ROOMS:
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield Door(f"{base}_changelist", reverse(f"{base}_changelist"))
            yield Door(f"{base}_add", reverse(f"{base}_add"))
            for pk in model.objects.values_list("pk", flat=True)[:5]:
                for deed in ("change", "delete"):
                    yield Door(f"{base}_{deed}", reverse(f"{base}_{deed}", args=[pk]))
            assert not [name for name in site.actions if name != "delete_selected"]


def _filled(pattern, house: SimpleNamespace) -> Iterator[Door]:
    names = sorted(pattern.pattern.converters)
    choices = [_numbers(pattern.name, name, house) for name in names]
    for values in itertools.product(*choices):
        numbers = dict(zip(names, values, strict=True))
        yield Door(pattern.name, reverse(pattern.name, kwargs=numbers), tuple(numbers.items()))


def _numbers(door: str, name: str, house: SimpleNamespace) -> list:
    """What to put in for `name` in the address called `door`."""
    match name:
        case "slug":
            return [house.community.slug]
        case "step":
            return list(STEPS[door])
        case "year":
            return [timezone.now().year]
        case "sequence":
            return [1]
        case "member":
            return [house.ana.pk, house.cleo.pk]
        case "number" if "statement" in door:
            return [house.statement.number]
        case "number":
            return [proposal.number for proposal in house.proposals]
    for part, rows in house.rows.items():
        if part in door.removeprefix("api_"):
            return [row.pk for row in rows]
    raise KeyError(f"What does <{name}> stand for in {door}? Say so in tests/cooperative/doors.py.")


# --- the house ------------------------------------------------------------------------------------


def make_house() -> SimpleNamespace:
    """A community with something behind every door. Cleo is its steward and treasurer, Tim its treasurer."""
    now = timezone.now()
    begun = now - timedelta(days=200)
    home = factories.community(f"{MARK} Street", created=begun, slug="a-house-of-ours")  # an address may be said again
    ana, bo, cleo, tim = (factories.member(f"{name} {MARK}", of=home) for name in ("Ana", "Bo", "Cleo", "Tim"))
    Membership.objects.filter(member=cleo).update(role=Role.STEWARD, treasurer=True)
    Membership.objects.filter(member=tim).update(role=Role.TREASURER)
    Membership.objects.filter(community=home).update(joined=begun)
    house = SimpleNamespace(community=home, ana=ana, bo=bo, cleo=cleo, tim=tim)
    _fill_the_books(house, begun)
    _propose(house, now)
    _work(house, now)
    house.late = factories.member(f"Late {MARK}", of=home)  # joined after everything opened
    return house


def _fill_the_books(house: SimpleNamespace, begun: datetime) -> None:
    home, ana, bo, cleo, tim = (getattr(house, name) for name in ("community", "ana", "bo", "cleo", "tim"))
    world, pool = (ledger.account(kind, home) for kind in ("world", "pool"))
    wallets = [ledger.account("wallet", home, who) for who in (ana, cleo, tim)]
    gifts = [ledger.Entry(world, wallet, 5000, "cash_in", f"own:{wallet.pk}", memo=MARK) for wallet in wallets]
    start = ledger.Entry(world, pool, 100_000, "solidarity", f"start:{home.pk}", memo=MARK)
    ledger.post(home, [*gifts, start], now=begun)
    decisions.set_first_policy(home, by=cleo, commoner_bp=500)
    credit.plan(home, by=cleo, unit="hours", worth_minor=1000, limit_minor=500)
    house.payment = payments.due(
        about="booking:1", title=f"{MARK} drill", community=home, payer=ana, payee=bo, price_minor=900, fee_minor=45
    )
    house.charge = CardCharge.objects.create(
        about="booking:2", purpose="price", community=home, payer=ana, payee=bo, minor=945, currency="EUR",
        title=f"{MARK} drill", way="hold",
    )
    last_month = begun.astimezone(UTC) + timedelta(days=40)
    house.statement = statements.prepare(home, by=tim, until=last_month.date())
    house.own = payouts.ask(home, by=cleo, member=cleo, minor=1000, key="own", note=MARK)
    house.paid = payouts.ask(home, by=tim, member=cleo, minor=1000, key="paid", note=MARK)


def _propose(house: SimpleNamespace, now: datetime) -> None:
    """An open vote, a secret one, a dividend, one whose time is over, one that failed, one that was carried out."""
    home, ana, bo = house.community, house.ana, house.bo
    spend: dict[str, Any] = {"kind": "spend", "title": f"{MARK} bike", "reasons": MARK}
    spend["terms"] = {"minor": 900, "payee": MARK}

    def opened(at: datetime, **facts):
        return decisions.open(decisions.propose(home, by=ana, **spend | facts, now=at).pk, by=ana, now=at)

    ago = now - timedelta(days=20)
    today = now.date()
    terms: dict[str, Any] = {"minor": 100, "paid": 1, "earned": 1, "care_minor": 0,
             "from": (today - timedelta(days=60)).isoformat(), "until": (today - timedelta(days=2)).isoformat()}
    draft = decisions.propose(home, by=ana, **spend)
    house.paper = evidence.add(draft.pk, by=ana, title=MARK, url="https://shop.example/offer")
    house.open = decisions.open(draft.pk, by=ana)
    house.secret = opened(now, kind="advice", terms={}, secret=True)
    used(home, ana, bo, 7, 45)
    house.dividend = opened(now, kind="dividend", terms=terms)
    house.over = opened(ago)
    house.failed = decisions.close(opened(ago).pk, now=now)
    passed = opened(ago)
    for voter in (ana, bo, house.tim):
        decisions.vote(passed.pk, by=voter, choice="yes", now=ago + timedelta(hours=1))
    house.executed = decisions.close(passed.pk, now=now)
    assert (house.failed.state, house.executed.state) == ("rejected", "executed")
    house.proposals = [house.open, house.secret, house.dividend, house.over, house.failed, house.executed]


def _work(house: SimpleNamespace, now: datetime) -> None:
    home, ana, bo, cleo = (getattr(house, name) for name in ("community", "ana", "bo", "cleo"))
    project = projects.start(home, by=cleo, name=f"{MARK} roof", why=MARK, goal_minor=5000)
    task = care.create(home, by=cleo, title=f"{MARK} chain", due=now + timedelta(days=3), minutes=30)
    care.take(task.pk, by=ana)
    house.trust = decisions.delegate(home, by=bo, to=ana)
    OpenBooks.objects.create(community=home, public=False)
    house.rows = {
        "payout": [house.own, house.paid], "project": [project], "care": [task], "paper": [house.paper],
        "delegat": [house.trust], "card": [house.charge], "payment": [house.payment],
    }


# --- who knocks -----------------------------------------------------------------------------------


def knock(client: Client, door: Door, method: str, body: dict | None = None):
    """One request; a JSON body for the API, a form for pages."""
    kind = {"content_type": "application/json"} if door.path.startswith("/api/") or method not in ("post",) else {}
    ask = getattr(client, method)
    return ask(door.path) if method == "get" else ask(door.path, body or {}, **kind)


def everything() -> dict[str, list]:
    """Every row of both rooms, to be compared."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for room in ROOMS for model in apps.get_app_config(room).get_models()
    }
