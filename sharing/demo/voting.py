"""Decisions as they are proposed, talked over in reasons, voted on and carried out; and the treasurer's rounds."""

import random
from datetime import timedelta
from functools import partial

from cooperative import actions, checks
from cooperative.models import Proposal
from cooperative.news import announce
from messaging.actions import mark_read_at
from payments import actions as payments
from payments.models import Account
from payments.states import AccountKind
from sharing.web.refusals import Refusal

from .communities import ELM_STREET, HOMES
from .decisions import ELM, Decision
from .settling import Town
from .story import Story

ROUNDS = (390, 345, 300, 255, 210, 165, 120, 75, 30, 6)  # days ago on which the cash box went round
VOTING_MINUTES = 2.4 * 24 * 60  # within which all have voted who do
OWED_MINOR = 40  # what is left to the next round


def decisions(story: Story, town: Town) -> None:
    for index, decision in enumerate(ELM):
        days = decision.opened if decision.opened is not None else 1
        moment = story.clock.at(-days, "20:15", ELM_STREET.time_zone)
        story.at(moment, partial(_propose, story, town, index, decision))


def treasury(story: Story, town: Town) -> None:
    """Every few weeks lenders hand in the fees that they hold for the pool."""
    for home in HOMES:
        for days in ROUNDS:
            if days < home.founded - 20:
                moment = story.clock.at(-days, "19:00", home.time_zone)
                story.at(moment, partial(_round, town, home.slug, days))
        story.at(story.clock.end, partial(_check, town, home.slug))


def _propose(story: Story, town: Town, index: int, decision: Decision) -> None:
    author = town.members[decision.author]
    proposal = actions.propose(
        town.homes[ELM_STREET.slug], by=author, kind=decision.kind, title=decision.title, reasons=decision.why,
        terms=decision.terms, method=decision.method, voting_days=decision.days,
    )
    if decision.opened is None:
        return
    proposal = actions.open(proposal.pk, by=author)
    story.at(story.clock.now + timedelta(minutes=1), partial(announce.call, proposal.pk, "opened"))
    since = {person.key: person.since for person in ELM_STREET.people}
    voters = [key for key in decision.voters if since[key] > decision.opened + 8]
    random.Random(decision.title).shuffle(voters)
    for place, key in enumerate(voters):
        moment = story.clock.now + timedelta(minutes=25 + place * VOTING_MINUTES / len(voters))
        story.at(moment, partial(_vote, town, proposal, decision, key))
    if decision.withdrawn:
        story.at(story.clock.now + timedelta(days=2), partial(actions.withdraw, proposal.pk, by=author))
    else:
        assert proposal.closes
        story.at(proposal.closes + timedelta(minutes=1), partial(_close, story, proposal))


def _vote(town: Town, proposal: Proposal, decision: Decision, key: str) -> None:
    member = town.members[key]
    actions.vote(proposal.pk, by=member, choice=decision.voters[key], reason=decision.reasons.get(key, ""))
    mark_read_at(member, proposal.get_absolute_url())


def _close(story: Story, proposal: Proposal) -> None:
    actions.close(proposal.pk)
    story.at(story.clock.now + timedelta(minutes=1), partial(announce.call, proposal.pk, "closed"))


def _round(town: Town, slug: str, days: int) -> None:
    community, treasurer = town.homes[slug], town.steward_of(slug)
    wallets = Account.objects.filter(community=community, kind=AccountKind.WALLET, balance_minor__lt=-OWED_MINOR)
    for wallet in wallets.select_related("member").order_by("pk"):
        assert wallet.member
        key = f"round:{days}:{wallet.member_id}"
        try:
            payments.hand_in(wallet.member, community, -wallet.balance_minor, by=treasurer, key=key)
        except Refusal:  # a treasurer's own cash waits for the other treasurer
            continue


def _check(town: Town, slug: str) -> None:
    checks.check(town.homes[slug])
