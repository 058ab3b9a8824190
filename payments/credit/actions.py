"""What happens to community credit outside bookings: its plan, a member's limit, and what members give each other."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from members import queries
from members.models import Community, Member
from members.states import CreditUnit
from messaging import actions as messaging
from payments import ledger
from payments.actions import NotYours, PaymentError, trusted_of
from payments.ledger import Entry, Overdrawn
from payments.models import Account, CreditPlan, Transfer
from payments.states import AccountKind, TransferKind
from sharing.db.guards import refused_by
from sharing.web.formats import money

from . import accounts

MOST_MINOR = 10_000 * accounts.UNIT
LONGEST_NOTE, LONGEST_KEY = 160, 40


def plan(
    community: Community, *, by: Member, unit: str, worth_minor: int, limit_minor: int, now: datetime | None = None
) -> CreditPlan:
    """Begin credit in the community, or change what a unit counts for and how far new members may go below zero.

    The unit stays once there are accounts in it. Members' own limits stay as they are.
    """
    _check_trusted(community, by)
    if unit not in CreditUnit.values:
        raise PaymentError(_("Choose hours or tokens."), field="unit")
    if not 0 < worth_minor < 10**9:
        raise PaymentError(_("One has to count for something."), field="worth_minor")
    if not 0 <= limit_minor <= MOST_MINOR:
        raise PaymentError(_("That is very far. At most 10,000, please."), field="limit_minor")
    with transaction.atomic():
        ledger.lock(community)
        community.refresh_from_db(fields=["credit_unit"])
        if community.credit_unit not in ("", unit) and _has_accounts(community):
            raise PaymentError(_("Members have credit in this unit already, so it stays."), field="unit")
        if community.credit_unit != unit:
            community.credit_unit = unit
            community.save(update_fields=["credit_unit"])
        facts = {"worth_minor": worth_minor, "limit_minor": limit_minor, "by": by, "changed": now or timezone.now()}
        return CreditPlan.objects.update_or_create(community=community, defaults=facts)[0]


def set_limit(member: Member, community: Community, limit_minor: int, *, by: Member) -> Account:
    """How far below zero this member may go; never less than they are already."""
    _check_trusted(community, by)
    if member.pk == by.pk and len(trusted_of(community)) > 1:
        raise NotYours(_("Another steward or treasurer must set your own limit."))
    if not community.credit_unit or queries.membership(member, community) is None:
        raise Http404
    if not 0 <= limit_minor <= MOST_MINOR:
        raise PaymentError(_("That is very far. At most 10,000, please."), field="limit_minor")
    try:
        with transaction.atomic():
            ledger.lock(community)
            account = accounts.wallet(community, member)
            Account.objects.filter(pk=account.pk).update(limit_minor=limit_minor)
    except IntegrityError as error:
        if not refused_by(error, "accounts_marked_so_cannot_be_overdrawn"):
            raise
        raise Overdrawn(_("They are further below zero already."), field="limit_minor") from error
    account.limit_minor = limit_minor
    return account


def give(
    community: Community, *, by: Member, to: Member, minor: int, note: str, key: str = "", now: datetime | None = None
) -> Transfer:
    """One member gives another credit, and says what for. `key` makes a form sent twice harmless."""
    for member in (by, to):
        if not community.credit_unit or queries.membership(member, community) is None:
            raise Http404
    if by.pk == to.pk:
        raise PaymentError(_("Credit is given to somebody else."), field="to")
    if not 0 < minor <= MOST_MINOR:
        raise PaymentError(_("Give an amount of more than nothing."), field="minor")
    words = " ".join(note.split())
    if not words or len(words) > LONGEST_NOTE or "\x00" in words:
        raise PaymentError(_("Say in a few words what it is for."), field="note")
    if not key.isprintable() or len(key) > LONGEST_KEY:
        raise PaymentError(_("Send the form again, please."), code="key")
    now = now or timezone.now()
    own_key = f"given:{community.pk}:{by.pk}:{key or now.timestamp()}"
    with transaction.atomic():
        ends = accounts.wallet(community, by), accounts.wallet(community, to)
        try:
            entry = Entry(*ends, minor, TransferKind.GIVEN, own_key, "", words)
            given = ledger.post(community, [entry], now=now)[0]
        except Overdrawn as refusal:
            raise Overdrawn(_("That is more than your limit lets you give."), field="minor") from refusal
        messaging.notify(
            to, kind="credit", title=lambda: _("%(name)s gave you %(amount)s") % {
                "name": by.name, "amount": money(minor, ends[0].currency)
            }, body=words, url=f"/payments/credit/{community.slug}/", key=own_key,
        )
    return given


def _has_accounts(community: Community) -> bool:
    return Account.objects.filter(
        community=community, kind=AccountKind.WALLET, currency=accounts.currency_of(community)
    ).exists()


def _check_trusted(community: Community, by: Member) -> None:
    if by.pk not in trusted_of(community):
        raise NotYours(_("Only stewards and treasurers of the community can do this."))
