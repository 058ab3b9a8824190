"""What the database guarantees about decisions: versions stay, the electorate is frozen, the close is the close."""

from sharing.db.guards import Guard, append_only

_PROPOSAL = {"proposal": "cooperative.Proposal", "elector": "cooperative.Elector"}

GUARDS = [
    append_only("fee_policies_are_never_rewritten", "cooperative.FeePolicy"),
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
        name="closed_proposals_do_not_change",
        model="cooperative.Proposal",
        events=("update",),
        sqlite_when="old.state in ('rejected', 'withdrawn', 'executed') or (old.state in ('passed', 'waiting') and"
        " (new.state not in ('passed', 'waiting', 'executed') or new.terms <> old.terms or new.title <> old.title"
        " or new.kind <> old.kind))",
    ),
]
