"""Who calls the API: a bearer token, or the browser's session."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone
from rest_framework import authentication, exceptions

from .models import Member, Token


def issue_token(member: Member, label: str = "") -> str:
    """A new secret for the member; only its hash is stored."""
    secret = secrets.token_urlsafe(32)
    Token.objects.create(member=member, digest=digest(secret), label=label[:80])
    return secret


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def member_of_token(secret: str) -> Member | None:
    """The active member a token belongs to, or None."""
    token = Token.objects.select_related("member").filter(digest=digest(secret), member__is_active=True).first()
    if token is None:
        return None
    if token.last_used is None or token.last_used < timezone.now() - timedelta(hours=1):
        Token.objects.filter(pk=token.pk).update(last_used=timezone.now())
    return token.member


class BearerAuthentication(authentication.BaseAuthentication):
    """Authorization: Bearer TOKEN"""

    def authenticate(self, request):
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        member = member_of_token(secret.strip())
        if member is None:
            raise exceptions.AuthenticationFailed("This token is not valid.")
        return member, secret

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF token."""
