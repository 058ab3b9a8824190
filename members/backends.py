"""Who is signed in, with their face: every page shows it in its head, so it comes in the same statement."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import F

from .models import Member, Portrait


class MemberBackend(AuthenticationBackend):
    """Sign-in as allauth does it; `member.photo_url` then asks the database nothing."""

    def get_user(self, user_id: int) -> Member | None:
        members = Member.objects.annotate(face_key=F("portraits__key"), face_widths=F("portraits__widths"))
        member = members.filter(pk=user_id).first()
        if member is None or not self.user_can_authenticate(member):
            return None
        face = Portrait(key=member.face_key, widths=member.face_widths) if member.face_key else None
        vars(member)["own_face"] = face
        return member
