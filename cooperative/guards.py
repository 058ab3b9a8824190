"""What the database guarantees about decisions: versions stay, the electorate is frozen, the close is the close."""

from sharing.db.guards import Guard, append_only

_PROPOSAL = {"proposal": "cooperative.Proposal", "elector": "cooperative.Elector"}
_FROZEN = (
    "kind", "method", "title", "reasons", "terms", "author_id", "community_id", "number", "quorum_bp", "threshold_bp",
    "voting_days", "opened", "closes",
)

GUARDS = [
    append_only("fee_policies_are_never_rewritten", "cooperative.FeePolicy"),
    Guard(
        name="a_new_fee_needs_a_decision",
        model="cooperative.FeePolicy",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when="new.version > 1 and not exists (select 1 from {proposal} p where p.id = new.decided_by_id"
        " and p.community_id = new.community_id and p.kind = 'fee' and p.state = 'passed')",
    ),
    Guard(
        name="the_electorate_is_frozen_at_opening",
        model="cooperative.Elector",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when="(select p.state from {proposal} p where p.id = new.proposal_id) <> 'draft'",
    ),
    append_only("electors_stay_electors", "cooperative.Elector"),
    Guard(
        name="ballots_are_cast_while_open_by_electors",
        model="cooperative.Ballot",
        events=("insert", "update"),
        tables=_PROPOSAL,
        sqlite_when="(select p.state from {proposal} p where p.id = new.proposal_id) <> 'open'"
        " or (select p.closes from {proposal} p where p.id = new.proposal_id) <= new.cast"
        " or (select e.proposal_id from {elector} e where e.id = new.elector_id) <> new.proposal_id",
    ),
    append_only("ballots_are_not_taken_away", "cooperative.Ballot", events=("delete",)),
    Guard(
        name="a_ballot_stays_with_its_elector",
        model="cooperative.Ballot",
        events=("update",),
        sqlite_when="new.elector_id <> old.elector_id or new.proposal_id <> old.proposal_id",
    ),
    Guard(
        name="what_is_voted_on_does_not_change",
        model="cooperative.Proposal",
        events=("update",),
        sqlite_when="old.state <> 'draft' and (new.state = 'draft' or "
        + " or ".join(f"new.{column} <> old.{column}" for column in _FROZEN)
        + ")",
    ),
    Guard(
        name="closed_proposals_do_not_change",
        model="cooperative.Proposal",
        events=("update",),
        sqlite_when="old.state in ('rejected', 'withdrawn', 'executed') or (old.state in ('passed', 'waiting') and"
        " new.state not in ('passed', 'waiting', 'executed'))",
    ),
    append_only("proposals_are_not_taken_away", "cooperative.Proposal", events=("delete",)),
]
