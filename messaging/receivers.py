"""What ends a right to listen: sockets are closed the moment it happens, wherever they are connected.

A socket that is closed with NOT_YOURS comes back by itself and hears what its member may still hear;
one that is closed with SIGN_IN finds the door shut.
"""

from allauth.account.signals import password_changed, password_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from members.models import Member, Token
from members.signals import (
    member_closed,
    membership_began,
    membership_changed,
    membership_ended,
    membership_ending,
)

from . import doors, frames, parting
from .actions import channels
from .hub import hub
from .models import Delivery, Letterbox, NotificationChoice, PushDevice
from .notices import push


@receiver(membership_ending)
def leave_channels(membership, **_kwargs: object) -> None:
    """In the transaction that ends it: a process that dies right after the commit leaves nobody listening."""
    channels.see_out(membership)


@receiver(membership_ended)
def leave_community(membership, **_kwargs: object) -> None:
    _cut(membership.member_id, frames.NOT_YOURS)


@receiver(membership_began)
def join_channels_for_all(membership, **_kwargs: object) -> None:
    channels.welcome(membership)


@receiver(membership_changed)
def speak_by_role(membership, **_kwargs: object) -> None:
    channels.follow_role(membership)


@receiver(member_closed)
def close_account(member, **_kwargs: object) -> None:
    """Nothing is told to whoever has left, no device of theirs is kept, and no line names them."""
    for rows in (Delivery, PushDevice, NotificationChoice, Letterbox):
        rows.objects.filter(member=member).delete()  # type: ignore[attr-defined]
    parting.part_with(member)
    _cut(member.pk, frames.SIGN_IN)


@receiver(post_save, sender=Member)
def deactivate(instance: Member, **_kwargs: object) -> None:
    if not instance.is_active:
        _cut(instance.pk, frames.SIGN_IN)


@receiver([password_changed, password_reset])
def change_password(user: Member, **_kwargs: object) -> None:
    _cut(user.pk, frames.NOT_YOURS)


@receiver(user_logged_out)
def log_out(request, user: Member | None, **_kwargs: object) -> None:
    if user is not None and request is not None and request.session.session_key:
        _cut(user.pk, frames.SIGN_IN, doors.session_door(request.session.session_key))
        if (device := request.session.get(push.OF_SESSION)) is not None:  # who sits here next must not read their words
            push.unsubscribe(user, pk=device)


@receiver(post_delete, sender=UserSession)
def end_session(instance: UserSession, **_kwargs: object) -> None:
    _cut(instance.user_id, frames.SIGN_IN, doors.session_door(instance.session_key))


@receiver(post_delete, sender=Token)
def revoke_token(instance: Token, **_kwargs: object) -> None:
    _cut(instance.member_id, frames.SIGN_IN, doors.token_door(instance.digest))


def _cut(member: int, code: int, door: str = "") -> None:
    transaction.on_commit(lambda: hub.cut(member, code, door=door), robust=True)
