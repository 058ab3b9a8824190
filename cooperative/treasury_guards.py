"""What the database guarantees about the treasury: two people for a payout, statements that stay and join up."""

# ruff: noqa: S608 - the SQL is made of our own words only

from sharing.db.guards import Guard, append_only

_TABLES = {
    "membership": "members.Membership", "transfer": "payments.Transfer", "statement": "cooperative.Statement",
    "line": "cooperative.BudgetLine", "proposal": "cooperative.Proposal", "payout": "cooperative.Payout",
    "project": "cooperative.Project", "grant_": "cooperative.Grant",
}


def _officer(member: str, community: str) -> str:
    """Whether someone is an officer of the community now."""
    return (
        f"exists (select 1 from {{membership}} m where m.member_id = {member} and m.community_id = {community}"
        " and m.standing = 'active' and (m.role in ('steward', 'treasurer') or m.treasurer))"
    )


_PAYOUT_STAYS = " or ".join(
    f"new.{column} <> old.{column}"
    for column in ("community_id", "source", "payee", "minor", "way", "note", "key", "requested_by_id", "created")
)

GUARDS = [
    Guard(
        name="a_payout_begins_by_waiting",
        model="cooperative.Payout",
        events=("insert",),
        sqlite_when="new.state <> 'waiting'",
    ),
    Guard(
        name="a_payout_is_decided_once",
        model="cooperative.Payout",
        events=("update",),
        sqlite_when=f"old.state <> 'waiting' or {_PAYOUT_STAYS}"
        " or coalesce(new.member_id, 0) <> coalesce(old.member_id, 0)"
        " or coalesce(new.line_id, 0) <> coalesce(old.line_id, 0)"
        " or coalesce(new.project_id, 0) <> coalesce(old.project_id, 0)",
    ),
    Guard(
        name="a_payout_is_approved_by_an_officer",
        model="cooperative.Payout",
        events=("update",),
        tables=_TABLES,
        sqlite_when=f"new.state = 'paid' and not {_officer('new.decided_by_id', 'new.community_id')}",
    ),
    Guard(
        name="a_payout_from_the_pool_was_decided",
        model="cooperative.Payout",
        events=("insert", "update"),
        tables=_TABLES,
        sqlite_when="new.source = 'pool' and not exists (select 1 from {line} l where l.id = new.line_id"
        " and l.community_id = new.community_id and l.decided_by_id is not null)"
        " and not exists (select 1 from {grant_} g join {project} p on p.id = g.project_id"
        " where p.id = new.project_id and p.community_id = new.community_id)",
    ),
    Guard(
        name="a_project_pays_no_more_than_was_decided",
        model="cooperative.Payout",
        events=("insert",),
        tables=_TABLES,
        sqlite_when="new.project_id is not null and (select p.state from {project} p where p.id = new.project_id)"
        " <> 'open' or new.project_id is not null and new.minor"
        " + coalesce((select sum(o.minor) from {payout} o where o.project_id = new.project_id"
        " and o.state in ('waiting', 'paid')), 0)"
        " > coalesce((select sum(g.minor) from {grant_} g where g.project_id = new.project_id), 0)",
    ),
    Guard(
        name="a_project_is_funded_by_a_decision_to_spend",
        model="cooperative.Grant",
        events=("insert",),
        tables=_TABLES,
        sqlite_when="not exists (select 1 from {proposal} p join {project} j on j.community_id = p.community_id"
        " where p.id = new.proposal_id and j.id = new.project_id and j.state = 'open'"
        " and p.kind = 'spend' and p.state in ('passed', 'waiting'))",
    ),
    append_only("what_was_decided_for_a_project_stays", "cooperative.Grant"),
    append_only("payouts_are_not_taken_away", "cooperative.Payout", events=("delete",)),
    Guard(
        name="a_decided_budget_line_stays",
        model="cooperative.BudgetLine",
        events=("update", "delete"),
        sqlite_when="old.decided_by_id is not null",
    ),
    Guard(
        name="a_budget_line_is_decided_by_a_vote",
        model="cooperative.BudgetLine",
        events=("insert", "update"),
        tables=_TABLES,
        sqlite_when="new.decided_by_id is not null and not exists (select 1 from {proposal} p"
        " where p.id = new.decided_by_id and p.community_id = new.community_id and p.kind = 'advice'"
        " and p.state = 'passed' and new.minor + coalesce((select sum(l.minor) from {table} l"
        " where l.decided_by_id = p.id and l.id <> coalesce(new.id, 0)), 0)"
        " <= coalesce(cast(p.terms ->> 'minor' as bigint), 0))",
    ),
    Guard(
        name="a_statement_begins_where_the_last_ended",
        model="cooperative.Statement",
        events=("insert",),
        tables=_TABLES,
        sqlite_when="new.number <> (select coalesce(max(s.number), 0) + 1 from {statement} s"
        " where s.community_id = new.community_id)"
        " or new.first <> (select coalesce(max(s.last), 0) + 1 from {statement} s"
        " where s.community_id = new.community_id)"
        " or new.opening_minor <> coalesce((select s.closing_minor from {statement} s"
        " where s.community_id = new.community_id and s.number = new.number - 1), 0)",
    ),
    Guard(
        name="a_statement_tells_of_its_entries",
        model="cooperative.Statement",
        events=("insert",),
        tables=_TABLES,
        sqlite_when="not exists (select 1 from {transfer} t where t.community_id = new.community_id"
        " and t.sequence = new.last and t.digest = new.digest)"
        " or not exists (select 1 from {transfer} t where t.community_id = new.community_id"
        " and t.sequence = new.first and t.previous = new.previous)",
    ),
    append_only("statements_are_never_rewritten", "cooperative.Statement"),
    Guard(
        name="a_statement_is_signed_by_officers",
        model="cooperative.StatementSignature",
        events=("insert",),
        tables=_TABLES,
        sqlite_when="not "
        + _officer("new.member_id", "(select s.community_id from {statement} s where s.id = new.statement_id)"),
    ),
    append_only("signatures_stay", "cooperative.StatementSignature"),
    append_only("what_was_directed_stays", "cooperative.Direction"),
]
