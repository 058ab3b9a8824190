"""What the database guarantees about money: rows that stay, balances that follow, one currency, no gap."""

from sharing.db.guards import Effect, Guard, append_only

_ACCOUNTS = {"account": "payments.Account"}

GUARDS = [
    append_only("transfers_are_never_rewritten", "payments.Transfer"),
    Guard(
        name="a_transfer_stays_in_one_currency_and_community",
        model="payments.Transfer",
        events=("insert",),
        tables=_ACCOUNTS,
        sqlite_when="(select count(*) from {account} s, {account} t where s.id = new.source_id and t.id = new.target_id"
        " and s.currency = t.currency and s.community_id = new.community_id and t.community_id = new.community_id) = 0",
    ),
    Guard(
        name="the_chain_has_no_gap",
        model="payments.Transfer",
        events=("insert",),
        sqlite_when="new.sequence <> (select coalesce(max(c.sequence), 0) + 1 from {table} c"
        " where c.community_id = new.community_id)"
        " or (new.sequence > 1 and new.previous <> (select c.digest from {table} c"
        " where c.community_id = new.community_id and c.sequence = new.sequence - 1))",
    ),
    Guard(
        name="a_hold_is_settled_within_its_bounds",
        model="payments.Transfer",
        events=("insert",),
        sqlite_when="new.of_id is not null and not exists (select 1 from {table} h where h.id = new.of_id"
        " and h.phase = 'pending' and h.source_id = new.source_id and h.target_id = new.target_id"
        " and (new.minor <= h.minor and (new.phase = 'post' or new.minor = h.minor)))",
    ),
    Effect(
        name="balances_follow_their_transfers",
        model="payments.Transfer",
        events=("insert",),
        tables=_ACCOUNTS,
        sqlite_when="",
        effect="""
        update {account} set
          balance_minor = balance_minor - (case when new.phase in ('posted', 'post') then new.minor else 0 end),
          held_minor = held_minor + (case new.phase when 'pending' then new.minor
            when 'posted' then 0 else -(select h.minor from {table} h where h.id = new.of_id) end)
        where id = new.source_id;
        update {account} set balance_minor = balance_minor + new.minor
        where id = new.target_id and new.phase in ('posted', 'post');
        """,
    ),
]
