"""What the database guarantees about bookings: never above capacity, and a record that only grows.

The load on a listing can only rise at the start of a claim, so it is enough to look at the new
claim's own start and at the starts of others inside it. A hold that has run out does not count: by the
database's own clock, so that what counts can only become less until a row changes and is looked at again.
"""
# ruff: noqa: S608 - the SQL is made of our own words only

from sharing.db.guards import Effect, Guard, append_only

_LIVE = "(c.expires is null or c.expires > {now})"
_NOW = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "now()"}
_LISTING = {"listing": "listings.Listing", "claim": "bookings.Claim"}


def _over(vendor: str, room: str, same: str) -> str:
    """SQL that is true when the new claim would lift the load above `room` at some instant."""
    live = _LIVE.replace("{now}", _NOW[vendor])
    return f"""exists (
      select 1 from (
        select new.starts as instant
        union select c.starts from {{claim}} c
          where c.listing_id = new.listing_id and c.starts > new.starts and c.starts < new.ends
      ) as instants
      where new.quantity + (
        select coalesce(sum(c.quantity), 0) from {{claim}} c
        where c.listing_id = new.listing_id and c.ends > instant and c.starts <= instant and c.id {same} new.id
          and {live}
      ) > {room})"""


# What other calendars say is no promise of ours: it fills what is left, and is fitted to less by the next look.
_PEAK = """exists (
      select 1 from {claim} s where s.listing_id = new.id and s.ends > {now} and (
        select sum(c.quantity) from {claim} c
        where c.listing_id = new.id and c.starts <= s.starts and c.ends > s.starts and """ + _LIVE + """
          and c.kind <> 'import'
      ) > new.capacity)"""

_NO_LESS = "a_capacity_is_not_lowered_below_what_is_promised"

_KITS = _LISTING | {"kit": "listings.KitPart"}

# Who books a kit books its parts: each is claimed with it, moves with it and is free with it, whichever way
# the claim on the kit comes, changes or goes; a part that is taken refuses the whole. In order of their ids,
# so that two kits with the same parts do not wait for each other.
_PARTS_CLAIMED = """
      insert into {claim} (listing_id, kind, starts, ends, quantity, expires, note, created, whole_id)
      select k.part_id, new.kind, new.starts, new.ends, new.quantity * k.quantity, new.expires, '', new.created, new.id
      from {kit} k where k.kit_id = new.listing_id and new.kind in ('booking', 'offer') order by k.part_id;"""
_PARTS_FOLLOW = """
      update {claim} set kind = new.kind, starts = new.starts, ends = new.ends, expires = new.expires,
        quantity = quantity / old.quantity * new.quantity
      where whole_id = new.id;"""
_PARTS_FREED = "delete from {claim} where whole_id = old.id;"

GUARDS = [
    Guard(
        name="claims_never_exceed_the_capacity",
        model="bookings.Claim",
        events=("insert", "update"),
        tables=_LISTING,
        sqlite_when=_over("sqlite", "(select l.capacity from {listing} l where l.id = new.listing_id)", "is not"),
        declare="room integer;",
        # Rivals queue on the listing's row; READ COMMITTED then lets each statement see what they committed.
        postgresql_body="select l.capacity into room from {listing} l where l.id = new.listing_id for no key update;\n"
        f"if {_over('postgresql', 'room', 'is distinct from')} then {{refuse}} end if;",
    ),
    Guard(
        name=_NO_LESS,
        model="listings.Listing",
        events=("update",),
        tables=_LISTING,
        sqlite_when="new.capacity < old.capacity and " + _PEAK.replace("{now}", _NOW["sqlite"]),
        postgresql_body="if new.capacity < old.capacity then if "
        + _PEAK.replace("{now}", _NOW["postgresql"])
        + " then {refuse} end if; end if;",
    ),
    append_only("booking_events_are_only_added", "bookings.BookingEvent"),
    append_only("handovers_are_only_added", "bookings.Handover"),
    *(
        Effect(
            name=name, model="bookings.Claim", events=(event,), sqlite_when="", tables=_KITS, effect=effect,
        )
        for name, event, effect in (
            ("a_kits_parts_are_claimed_with_it", "insert", _PARTS_CLAIMED),
            ("a_kits_parts_follow_it", "update", _PARTS_FOLLOW),
            ("a_kits_parts_are_free_with_it", "delete", _PARTS_FREED),
        )
    ),
]
