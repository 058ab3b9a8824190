"""What the database guarantees about members and communities.

House rules, once written, stay as they were accepted. A community that has members keeps a steward,
whoever leaves at the same instant. How many belong, and the name a directory is sorted by, are
brought up to date in the same statement as the row they follow from, on any path into the table.
"""

from sharing.db.guards import Effect, Guard, append_only

_TABLES = {"member": "members.Member", "membership": "members.Membership", "community": "members.Community"}

_STEPS_DOWN = (
    "old.standing = 'active' and old.role = 'steward' and not (new.standing = 'active' and new.role = 'steward')"
)
_OTHERS = "select 1 from {table} m where m.community_id = old.community_id and m.id <> old.id and m.standing = 'active'"
_LEFT_ALONE = (
    f"(new.standing = 'active' or exists ({_OTHERS})) and not exists ({_OTHERS} and m.role = 'steward')"
)

keeps_a_steward = Guard(
    name="a_community_with_members_keeps_a_steward",
    model="members.Membership",
    events=("update",),
    sqlite_when=f"{_STEPS_DOWN} and {_LEFT_ALONE}",
    # The community's row is the lock: of two stewards who leave at once, the second sees the first gone.
    postgresql_body=f"""
        if {_STEPS_DOWN} then
            perform 1 from {{community}} where id = old.community_id for no key update;
            if {_LEFT_ALONE} then {{refuse}} end if;
        end if;
    """,
    tables=_TABLES,
)


def _effect(name: str, event: str, effect: str, model: str = "members.Membership") -> Effect:
    return Effect(name=name, model=model, events=(event,), sqlite_when="", tables=_TABLES, effect=effect)


GUARDS = [
    append_only("house_rules_are_never_rewritten", "members.HouseRules", events=("update",)),
    keeps_a_steward,
    _effect(
        "a_new_member_is_counted",
        "insert",
        "update {community} set people = people + 1 where id = new.community_id and new.standing = 'active';",
    ),
    _effect(
        "who_comes_and_goes_is_counted",
        "update",
        "update {community} set people = people + (case when new.standing = 'active' then 1 else 0 end)"
        " - (case when old.standing = 'active' then 1 else 0 end)"
        " where id = new.community_id and new.standing <> old.standing;",
    ),
    _effect(
        "who_is_deleted_is_not_counted",
        "delete",
        "update {community} set people = people - 1 where id = old.community_id and old.standing = 'active';",
    ),
    _effect(
        "a_directory_sorts_by_name",
        "insert",
        "update {table} set sort_key = (select lower(name) from {member} where id = new.member_id)"
        " where id = new.id;",
    ),
    _effect(
        "a_directory_follows_a_new_name",
        "update",
        "update {membership} set sort_key = lower(new.name) where member_id = new.id and new.name <> old.name;",
        model="members.Member",
    ),
]
