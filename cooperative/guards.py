"""What the database guarantees about decisions: versions stay, the electorate is frozen, the close is the close."""

from sharing.db.guards import Guard, append_only

_PROPOSAL = {"proposal": "cooperative.Proposal", "elector": "cooperative.Elector"}
_FROZEN = (
    "kind", "method", "title", "reasons", "terms", "author_id", "community_id", "number", "quorum_bp", "threshold_bp",
    "voting_days", "secret", "opened", "closes",
)
_NOT_OPEN = "(select p.state from {proposal} p where p.id = new.proposal_id) <> 'open'"
_NOT_BEFORE = "(select p.state from {proposal} p where p.id = new.proposal_id) not in ('draft', 'discussion')"
_IN_THE_OPEN = "not (select p.secret from {proposal} p where p.id = new.proposal_id)"
_ANOTHERS = "(select e.proposal_id from {elector} e where e.id = new.elector_id) <> new.proposal_id"


def _any(*conditions: str) -> str:
    return " or ".join(conditions)



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
        sqlite_when="(select p.state from {proposal} p where p.id = new.proposal_id) not in ('draft', 'discussion')",
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
    Guard(
        name="a_secret_vote_has_no_ballot_with_a_name",
        model="cooperative.Ballot",
        events=("insert", "update"),
        tables=_PROPOSAL,
        sqlite_when="(select p.secret from {proposal} p where p.id = new.proposal_id)",
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
        sqlite_when="new.state <> old.state and new.state = 'draft' or old.state not in ('draft', 'discussion') and ("
        "new.state = 'discussion' or "
        + " or ".join(f"new.{column} <> old.{column}" for column in _FROZEN)
        + ")",
    ),
    Guard(
        name="closed_proposals_do_not_change",
        model="cooperative.Proposal",
        events=("update",),
        sqlite_when="old.state in ('rejected', 'withdrawn', 'executed') or (old.state in ('passed', 'waiting') and"
        " (new.state not in ('passed', 'waiting', 'executed') or new.result <> old.result"
        " or new.closed <> old.closed))",
    ),
    append_only("proposals_are_not_taken_away", "cooperative.Proposal", events=("delete",)),
    # --- the secret ballot
    Guard(
        name="one_votes_in_secret_while_it_is_open",
        model="cooperative.Voted",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when=_any(_NOT_OPEN, _IN_THE_OPEN, _ANOTHERS),
    ),
    append_only("who_voted_in_secret_stays", "cooperative.Voted"),
    Guard(
        name="an_urn_is_empty_when_it_opens",
        model="cooperative.Urn",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when=_any("new.count <> 0", _NOT_BEFORE),
    ),
    Guard(
        name="an_urn_holds_no_more_than_went_in",
        model="cooperative.Urn",
        events=("update",),
        tables=_PROPOSAL | {"voted": "cooperative.Voted"},
        sqlite_when=_any(
            _NOT_OPEN, "new.proposal_id <> old.proposal_id", "new.option <> old.option", "new.mark <> old.mark",
            "new.count < old.count",
            "(new.count > old.count and"
            " (select sum(u.count) from {table} u where u.proposal_id = new.proposal_id and u.option = new.option)"
            " - old.count + new.count > (select count(*) from {voted} v where v.proposal_id = new.proposal_id))",
        ),
    ),
    append_only("an_urn_is_not_taken_away", "cooperative.Urn", events=("delete",)),
    # --- delegates, dividends, what the members settle
    Guard(
        name="delegates_count_at_the_close",
        model="cooperative.Proxy",
        events=("insert",),
        tables=_PROPOSAL | {"ballot": "cooperative.Ballot"},
        sqlite_when=_any(
            _NOT_OPEN, _ANOTHERS,
            "(select b.proposal_id from {ballot} b where b.id = new.ballot_id) <> new.proposal_id",
            "exists (select 1 from {ballot} b where b.elector_id = new.elector_id)",
        ),
    ),
    append_only("for_whom_a_delegate_voted_stays", "cooperative.Proxy"),
    Guard(
        name="shares_are_made_before_the_vote",
        model="cooperative.Share",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when=_NOT_BEFORE,
    ),
    append_only("shares_stay_as_voted_on", "cooperative.Share"),
    Guard(
        name="a_charter_needs_a_decision",
        model="cooperative.Charter",
        events=("insert",),
        tables=_PROPOSAL,
        sqlite_when="not exists (select 1 from {proposal} p where p.id = new.decided_by_id"
        " and p.community_id = new.community_id and p.kind = 'rule' and p.state in ('passed', 'waiting'))",
    ),
    append_only("charters_are_never_rewritten", "cooperative.Charter"),
    append_only("evidence_is_not_rewritten", "cooperative.Evidence", events=("update",)),
    Guard(
        name="evidence_stays_once_it_is_voted_on",
        model="cooperative.Evidence",
        events=("delete",),
        tables=_PROPOSAL,
        sqlite_when="(select p.state from {proposal} p where p.id = old.proposal_id) not in ('draft', 'discussion')",
    ),
    Guard(
        name="confirmed_care_does_not_change",
        model="cooperative.CareTask",
        events=("update",),
        sqlite_when="old.state = 'confirmed' and (new.state <> old.state or new.credit_minor <> old.credit_minor"
        " or new.confirmed <> old.confirmed or (old.paid is not null and (new.paid is null or new.paid <> old.paid)))",
    ),
]
