"""A member's circles: who is in them is the owner's to say, and nobody is told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Circle, CircleSeat, Member
from members.queries import neighbours_of
from members.signals import after_commit, circle_changed
from sharing.web.refusals import Refusal

CIRCLES_AT_MOST, PEOPLE_AT_MOST = 20, 200


def make_circle(member: Member, name: str, people: Iterable[int] = ()) -> Circle:
    """A new circle, with these people of the member's communities in it."""
    name = _name(name)
    try:
        with transaction.atomic():
            Member.objects.select_for_update(no_key=True).get(pk=member.pk)
            if member.circles.count() >= CIRCLES_AT_MOST:
                raise Refusal(_("You have many circles already. Delete one that you no longer use."), field="name")
            circle = Circle.objects.create(owner=member, name=name)
            _seat(circle, list(people))
    except IntegrityError as error:
        raise _twice() from error
    return circle


def rename_circle(circle_id: int, name: str, *, by: Member) -> Circle:
    name = _name(name)
    try:
        with _locked(circle_id, by) as circle:
            circle.name = name
            circle.save(update_fields=["name"])
    except IntegrityError as error:
        raise _twice() from error
    return circle


def change_circle(circle_id: int, *, by: Member, add: Iterable[int] = (), leave_out: Iterable[int] = ()) -> Circle:
    """Choose people into it and leave people out; only those one shares a community with are chosen anew."""
    with _locked(circle_id, by) as circle:
        CircleSeat.objects.filter(circle=circle, member__in=list(leave_out)).delete()
        _seat(circle, list(add))
    return circle


def delete_circle(circle_id: int, *, by: Member) -> None:
    """Refused while listings are shown to it, so that nothing changes its audience unnoticed."""
    try:
        with _locked(circle_id, by) as circle:
            circle.delete()
    except ProtectedError as error:
        n = len(error.protected_objects)
        raise Refusal(
            ngettext(
                "One listing is shown to this circle. Choose first who else may see it.",
                "%(n)s listings are shown to this circle. Choose first who else may see them.",
                n,
            )
            % {"n": n},
            code="circle_in_use",
        ) from error


def leave_all_circles(member: Member) -> None:
    """Whose account is closed is in nobody's circle."""
    CircleSeat.objects.filter(member=member).delete()


@contextmanager
def _locked(circle_id: int, by: Member) -> Iterator[Circle]:
    """The member's circle as it stands under its lock; that it changed is told after the commit."""
    with transaction.atomic():
        circle = Circle.objects.select_for_update(no_key=True).get(pk=circle_id, owner=by)
        yield circle
        after_commit(circle_changed, Circle, circle=circle)


def _seat(circle: Circle, people: list[int]) -> None:
    if not people:
        return
    chosen = set(neighbours_of(circle.owner).filter(pk__in=people[: PEOPLE_AT_MOST + 1]).values_list("pk", flat=True))
    if set(people) - chosen:
        raise Refusal(_("You can choose people you share a community with."), field="people")
    CircleSeat.objects.bulk_create(
        [CircleSeat(circle=circle, member_id=pk) for pk in sorted(chosen)], ignore_conflicts=True
    )
    if circle.seats.count() > PEOPLE_AT_MOST:
        raise Refusal(_("A circle has %(most)s people at most.") % {"most": PEOPLE_AT_MOST}, field="people")


def _name(text: str) -> str:
    name = " ".join(str(text).split())
    if not name or "\x00" in name:
        raise Refusal(_("Give the circle a name."), field="name")
    if len(name) > 60:
        raise Refusal(_("At most %(most)s letters, please.") % {"most": 60}, field="name")
    return name


def _twice() -> Refusal:
    return Refusal(_("You have a circle of this name already."), field="name")
