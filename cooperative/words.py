"""Fees and decisions in words, as a neighbour would say them."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.states import MemberClass
from sharing.web.formats import locale, money, percent

from .counting import BEST
from .models import FeePolicy, Proposal
from .models.fees import FeeBack
from .states import MANY, FeeKind, Method, ProposalKind
from .terms import ADMIT
from .voting import Tally


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
    if policy.fee_back == FeeBack.ALWAYS:
        sentences.append(_("When a booking is called off, all of the fee goes back."))
    elif policy.fee_back == FeeBack.NEVER:
        sentences.append(_("When a borrower calls a booking off, the fee stays in the pool."))
    if policy.earmark_bp:
        sentences.append(
            _("Borrowers may direct %(share)s of it to a project.") % {"share": percent(policy.earmark_bp)}
        )
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
        return _if_it_is_spent(proposal, currency)
    if proposal.kind == ProposalKind.FEE:
        return _("From then on: %(fee)s") % {"fee": " ".join(fee(proposed_policy(proposal), currency))}
    if proposal.kind == ProposalKind.DIVIDEND:
        words = {"amount": money(proposal.terms["minor"], currency)}
        return _("The pool pays %(amount)s to its members by themselves, by how much each used and cared.") % words
    if proposal.kind == ProposalKind.RULE:
        return " ".join(_if_a_rule_changes(proposal, currency))
    if proposal.kind == ProposalKind.MEMBER:
        name = {"name": proposal.terms["name"]}
        if proposal.terms["deed"] == ADMIT:
            return _("%(name)s belongs to the community from then on.") % name
        return _("The membership of %(name)s ends. They do not vote on it themselves.") % name
    if proposal.terms.get("minor"):
        amount = {"amount": money(proposal.terms["minor"], currency)}
        return _("Nothing follows by itself. Treasurers may put up to %(amount)s into lines of the budget by it, and"
                 " pay out of them, two officers for each payment.") % amount
    return _("Nothing follows by itself: it is advice.")


def _if_it_is_spent(proposal: Proposal, currency: str) -> str:
    terms = proposal.terms
    if proposal.method == Method.BUDGET:
        return _("Up to %(amount)s are paid by themselves, project by project, in the order of their tokens.") % {
            "amount": money(terms["minor"], currency)
        }
    if proposal.method == Method.SCORE:
        return _("The pool pays the option with the most points, by itself.")
    words = {"amount": money(terms["minor"], currency), "payee": terms["payee"]}
    if terms.get("fund"):
        return _("%(amount)s are put at the disposal of “%(payee)s” by themselves; what is set aside for it counts. Two"
                 " officers pay it out from there, step by step.") % words
    sentence = _("The pool pays %(amount)s to %(payee)s by itself.") % words
    if terms.get("project"):
        sentence += " " + _("What is set aside for the project is used first.")
    if commons := terms.get("commons"):
        sentence += " " + _("“%(title)s” becomes a listing of the community, as a draft for its stewards.") % commons
    return sentence


def _if_a_rule_changes(proposal: Proposal, currency: str) -> list[str]:
    terms, sentences = proposal.terms, []
    if "text" in terms:
        sentences.append(_("These become the house rules, and every member is asked to accept them."))
    if "elector_days" in terms:
        sentences.append(
            ngettext(
                "One's vote counts after %(days)s day in the community.",
                "One's vote counts after %(days)s days in the community.", terms["elector_days"],
            ) % {"days": terms["elector_days"]}
        )
    if "care_minor" in terms:
        amount = {"amount": money(terms["care_minor"], currency)}
        sentences.append(_("The pool thanks for care with up to %(amount)s a month.") % amount)
    return sentences


def formula(terms: Mapping[str, Any], currency: str) -> str:
    """How a dividend's points are counted, in words."""
    parts = []
    if terms["paid"]:
        parts.append(_("%(n)s times the fees on what one borrowed") % {"n": terms["paid"]})
    if terms["earned"]:
        parts.append(_("%(n)s times the fees on what one lent") % {"n": terms["earned"]})
    if terms["care_minor"]:
        worth = {"amount": money(terms["care_minor"], currency)}
        parts.append(_("%(amount)s for every hour of care") % worth)
    return _("Points: %(parts)s.") % {"parts": ", ".join(parts)}


def proposed_policy(proposal: Proposal) -> FeePolicy:
    """The fee a proposal asks for, not saved."""
    return FeePolicy(community=proposal.community, **proposal.terms)


def needs(proposal: Proposal, tally: Tally) -> str:
    """Quorum and threshold in words."""
    quorum = ngettext(
        "%(count)s of %(all)s must take part", "%(count)s of %(all)s must take part", max(tally.needed, 1)
    ) % {"count": max(tally.needed, 1), "all": tally.electors}
    if proposal.method == Method.SCORE:
        mean = format_decimal(BEST * proposal.threshold_bp / 10_000, locale=locale())
        return _(
            "%(quorum)s. The most points win, if they come to %(mean)s on average; of equals the one with more fives, "
            "then more fours, and so on, then the one listed first."
        ) % {"quorum": quorum, "mean": mean}
    if proposal.method == Method.BUDGET:
        return _(
            "%(quorum)s. Paid are the projects in the order of their tokens while the money lasts; of equals the "
            "cheaper, then the one listed first. One that does not fit any more is passed over."
        ) % {"quorum": quorum}
    if proposal.method == Method.CONSENT:
        return _("%(quorum)s, and nobody may object with a reason.") % {"quorum": quorum}
    if proposal.threshold_bp <= 5000:
        return _("%(quorum)s, and more must say yes than no. A tie fails.") % {"quorum": quorum}
    return _("%(quorum)s, and at least %(share)s of yes and no must be yes.") % {
        "quorum": quorum, "share": percent(proposal.threshold_bp)
    }


def score(tally: Tally) -> str:
    """ "31 yes, 6 no, 21 to come" """
    if tally.sealed:
        return ngettext("%(n)s ballot in the urn", "%(n)s ballots in the urn", tally.sealed) % {"n": tally.sealed}
    if tally.method in MANY:
        words = [ngettext("%(n)s has voted", "%(n)s have voted", tally.marked) % {"n": tally.marked}]
    else:
        words = [ngettext("%(n)s yes", "%(n)s yes", tally.yes) % {"n": tally.yes}]
    if tally.method == Method.CONSENT:
        words.append(ngettext("%(n)s objection", "%(n)s objections", tally.object) % {"n": tally.object})
    elif tally.method == Method.MAJORITY:
        words.append(ngettext("%(n)s no", "%(n)s no", tally.no) % {"n": tally.no})
    if tally.abstain:
        words.append(ngettext("%(n)s abstains", "%(n)s abstain", tally.abstain) % {"n": tally.abstain})
    return ", ".join(words)


def hindrance(proposal: Proposal) -> str:
    """Why what passed is not carried out yet."""
    return {
        "": _("The pool does not hold enough yet."),
        "overdrawn": _("The pool does not hold enough yet."),
        "project_closed": _("The project that it is for was closed."),
        "last_steward": _("They are the last steward. Somebody else has to take that over first."),
    }.get(proposal.hindrance, _("Something stands in the way; the stewards know of it."))
