"""What a member does with their own account."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from members import closing, letters
from members.authentication import issue_token
from members.models import Invitation, Member, Portrait, Token
from members.signals import after_commit, member_closed
from sharing.photos import pipeline
from sharing.values.place import Point
from sharing.web.refusals import Refusal

from .circles import leave_all_circles
from .memberships import end_all

TOKENS_AT_MOST = 20
PROFILE = ("name", "about", "spoken", "language", "time_zone", "place")


def register(email: str, name: str, password: str | None, verified: bool = True, **facts) -> Member:
    """A new account. `verified`: the address counts as proven, so that the password alone signs in."""
    try:
        with transaction.atomic():
            member = Member.objects.create_user(email, password, name=name, **facts)
            EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=verified)
    except IntegrityError as error:
        raise Refusal(_("There is an account with this address already."), field="email") from error
    return member


def update_profile(member: Member, *, point: Point | None = None, forget_point: bool = False, **facts) -> Member:
    """Change what the profile says. `point` is the exact place: others only ever get its blurred stand-in."""
    if unknown := set(facts) - set(PROFILE):
        raise TypeError(f"A profile has no {', '.join(sorted(unknown))}.")
    for name, value in facts.items():
        setattr(member, name, value)
    fields = list(facts)
    if point is not None or forget_point:
        blurred = member.blurred(point) if point else None
        member.lat, member.lon = (point.lat, point.lon) if point else (None, None)
        member.public_lat, member.public_lon = (blurred.lat, blurred.lon) if blurred else (None, None)
        fields += ["lat", "lon", "public_lat", "public_lon"]
    member.save(update_fields=fields)
    return member


def set_portrait(member: Member, upload) -> Portrait:
    """Put the photo in place of the one before; its files go with it."""
    with pipeline.stored(upload, "portraits") as fields, transaction.atomic():
        Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        remove_portrait(member)
        return Portrait.objects.create(member=member, **fields)


def remove_portrait(member: Member) -> None:
    for portrait in Portrait.objects.filter(member=member):
        portrait.delete()


def make_token(member: Member, label: str) -> str:
    """A new secret for the API, told this once."""
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        if member.tokens.count() >= TOKENS_AT_MOST:
            raise Refusal(_("You have many tokens already. Revoke one that you no longer use."), field="label")
        return issue_token(member, label)


def revoke_token(token_id: int, *, by: Member) -> None:
    Token.objects.filter(pk=token_id, member=by).delete()


def close(member: Member) -> None:
    """End the account for good: what was shared with others stays, under no name.

    Refused while the member still owes somebody something (see members.closing), or is the last
    steward of a community that has other members.
    """
    address, name, language = member.email, member.first_name, member.language
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk, is_active=True)
        if reason := closing.obstacle(member):
            raise Refusal(reason, code="still_needed")
        end_all(member)
        leave_all_circles(member)
        remove_portrait(member)
        for model in (EmailAddress, Authenticator, UserSession):
            model.objects.filter(user=member).delete()
        member.tokens.all().delete()
        Invitation.objects.filter(invited_by=member).delete()
        _anonymise(member)
        after_commit(member_closed, Member, member=member)
        transaction.on_commit(lambda: _say_goodbye(address, name, language), robust=True)


def _anonymise(member: Member) -> None:
    member.name, member.email = "Former neighbour", f"closed-{member.pk}@former.invalid"
    member.about = member.spoken = member.place = ""
    member.lat = member.lon = member.public_lat = member.public_lon = None
    member.is_active = member.is_staff = member.is_superuser = False
    member.closed = timezone.now()
    member.set_unusable_password()  # with it goes every session that is still open
    member.save()


def _say_goodbye(address: str, name: str, language: str) -> None:
    with override(language):
        text = _(
            "Hello %(name)s,\n\nyour account is closed. Your name, photo, address and places are gone; "
            "what you wrote to others stays with them, under no name.\n\n"
            "Thank you for what you shared. You are welcome back at any time."
        ) % {"name": name}
        letters.send(address, _("Your account is closed"), text)
