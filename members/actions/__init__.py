"""All that may happen in the members' room: one intention, one transaction, told after the commit.

Callers write `from members import actions` and `actions.join(community, by=member)`.
"""

from .accounts import (
    close,
    make_token,
    register,
    remove_portrait,
    revoke_token,
    set_portrait,
    update_profile,
)
from .circles import change_circle, delete_circle, make_circle, rename_circle
from .communities import accept_rules, edit, found, write_rules
from .invitations import invite, revoke_invitation
from .memberships import (
    admit_application,
    admit_decided,
    decline_application,
    join,
    leave,
    remove,
    remove_decided,
    set_role,
)

__all__ = [
    "accept_rules",
    "admit_application",
    "admit_decided",
    "change_circle",
    "close",
    "decline_application",
    "delete_circle",
    "edit",
    "found",
    "invite",
    "join",
    "leave",
    "make_circle",
    "make_token",
    "register",
    "remove",
    "remove_decided",
    "remove_portrait",
    "rename_circle",
    "revoke_invitation",
    "revoke_token",
    "set_portrait",
    "set_role",
    "update_profile",
    "write_rules",
]
