"""Fees and decisions in words, as a neighbour would say them."""

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.states import MemberClass
from sharing.web.formats import locale, money

from .models import FeePolicy, Proposal
from .states import FeeKind, Method, ProposalKind
from .voting import Tally


def percent(basis_points: int) -> str:
    """500 → "5 %", as the active language writes it, kept on one line."""
    written = _("%(number)s %%") % {"number": format_decimal(basis_points / 100, locale=locale())}
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def fee(policy: FeePolicy | None, currency: str) -> list[str]:
    """The fee policy as sentences."""
    if policy is None:
        return [_("No fee has been set yet.")]
    if not policy.enabled:
        return [_("Nothing is pooled from bookings.")]
    if policy.commoner_bp == policy.commercial_bp:
        sentences = [_("The fee is %(rate)s of paid bookings.") % {"rate": percent(policy.commoner_bp)}]
    else:
        sentences = [
            _("The fee is %(rate)s of paid bookings, and %(commercial)s for commercial use.")
            % {"rate": percent(policy.commoner_bp), "commercial": percent(policy.commercial_bp)}
        ]
    sentences += [_apart(kind, rates) for kind, rates in sorted(policy.rates.items())]
    sentences += _bounds(policy, currency)
    exempt = [str(FeeKind(kind).label) for kind in policy.exempt_kinds]
    if exempt:
        sentences.append(_("%(kinds)s pay nothing.") % {"kinds": ", ".join(exempt)})
    sentences.append(_("Gifts pay nothing."))
    return sentences


def _apart(kind: str, rates: dict[str, int]) -> str:
    """A kind's own rates; a class it does not name pays the general one."""
    name = FeeKind(kind).label
    ours, commercial = rates.get(MemberClass.COMMONER), rates.get(MemberClass.COMMERCIAL)
    if ours is None:
        return _("%(kind)s: %(rate)s for commercial use.") % {"kind": name, "rate": percent(commercial or 0)}
    if commercial is None or commercial == ours:
        return _("%(kind)s: %(rate)s.") % {"kind": name, "rate": percent(ours)}
    return _("%(kind)s: %(rate)s, and %(commercial)s for commercial use.") % {
        "kind": name, "rate": percent(ours), "commercial": percent(commercial)
    }


def _bounds(policy: FeePolicy, currency: str) -> list[str]:
    least, most = money(policy.floor_minor, currency), money(policy.cap_minor, currency)
    if policy.floor_minor and policy.cap_minor:
        return [_("At least %(least)s and at most %(most)s a booking.") % {"least": least, "most": most}]
    if policy.floor_minor:
        return [_("At least %(least)s a booking.") % {"least": least}]
    return [_("At most %(most)s a booking.") % {"most": most}] if policy.cap_minor else []


def if_it_passes(proposal: Proposal) -> str:
    """What follows by itself from a yes."""
    currency = proposal.community.currency
    if proposal.kind == ProposalKind.SPEND:
        words = {"amount": money(proposal.terms["minor"], currency), "payee": proposal.terms["payee"]}
        return _("The pool pays %(amount)s to %(payee)s by itself.") % words
    if proposal.kind == ProposalKind.FEE:
        return _("From then on: %(fee)s") % {"fee": " ".join(fee(proposed_policy(proposal), currency))}
    if proposal.kind == ProposalKind.RULE:
        return _("These become the house rules, and every member is asked to accept them.")
    return _("Nothing follows by itself: it is advice.")


def proposed_policy(proposal: Proposal) -> FeePolicy:
    """The fee a proposal asks for, not saved."""
    return FeePolicy(community=proposal.community, **proposal.terms)


def needs(proposal: Proposal, tally: Tally) -> str:
    """Quorum and threshold in words."""
    quorum = ngettext(
        "%(count)s of %(all)s must take part", "%(count)s of %(all)s must take part", max(tally.needed, 1)
    ) % {"count": max(tally.needed, 1), "all": tally.electors}
    if proposal.method == Method.CONSENT:
        return _("%(quorum)s, and nobody may object with a reason.") % {"quorum": quorum}
    if proposal.threshold_bp <= 5000:
        return _("%(quorum)s, and more must say yes than no. A tie fails.") % {"quorum": quorum}
    return _("%(quorum)s, and at least %(share)s of yes and no must be yes.") % {
        "quorum": quorum, "share": percent(proposal.threshold_bp)
    }


def score(tally: Tally) -> str:
    """ "31 yes, 6 no, 21 to come" """
    words = [ngettext("%(n)s yes", "%(n)s yes", tally.yes) % {"n": tally.yes}]
    if tally.method == Method.CONSENT:
        words.append(ngettext("%(n)s objection", "%(n)s objections", tally.object) % {"n": tally.object})
    else:
        words.append(ngettext("%(n)s no", "%(n)s no", tally.no) % {"n": tally.no})
    if tally.abstain:
        words.append(ngettext("%(n)s abstains", "%(n)s abstain", tally.abstain) % {"n": tally.abstain})
    return ", ".join(words)
