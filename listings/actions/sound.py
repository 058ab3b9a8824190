"""Facts of a kind that must go together: what one of them says, another may not deny."""

from django.utils.translation import gettext as _

from listings.models import RoomFacts, ToolFacts

from .desk import Facts, ListingRefused


def agree(kind_facts: Facts, given: dict) -> None:
    """Bring what follows from another fact in line; refuse what contradicts it."""
    if isinstance(kind_facts, ToolFacts):
        _tool(kind_facts, given)
    elif isinstance(kind_facts, RoomFacts):
        _room(kind_facts, given)


def _tool(tool: ToolFacts, given: dict) -> None:
    if tool.approval_needed:
        return
    if given.get("approval_note") and "approval_needed" not in given:
        tool.approval_needed = True
    else:
        tool.approval_note = ""


def _room(room: RoomFacts, given: dict) -> None:
    if (room.quiet_from is None) != (room.quiet_until is None):
        missing = "quiet_from" if room.quiet_from is None else "quiet_until"
        raise ListingRefused(_("Quiet hours have a beginning and an end."), field=missing)
    if room.quiet_from is not None and room.quiet_from == room.quiet_until:
        raise ListingRefused(_("Quiet hours end at another time than they begin."), field="quiet_until")
    if room.step_free and room.steps:
        if "steps" in given and "step_free" in given:
            raise ListingRefused(_("Where there are steps, it is not reached without one."), field="steps")
        if "steps" in given:
            room.step_free = False
        else:
            room.steps = 0
    if room.registration and room.registration_not_needed:
        if given.get("registration_not_needed"):
            raise ListingRefused(_("Either there is a number, or none is needed."), field="registration_not_needed")
        room.registration_not_needed = False
