"""What the database guarantees about members: house rules, once written, stay as they were accepted."""

from sharing.db.guards import append_only

GUARDS = [append_only("house_rules_are_never_rewritten", "members.HouseRules", events=("update",))]
