"""Speaks each member's language and, where a page has no zone of its own, tells time in theirs."""

import zoneinfo

from django.conf import settings
from django.utils import timezone, translation


class MemberLocale:
    """After authentication: the member's language wins over the browser's, unless a cookie says otherwise."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        member = request.user
        if member.is_authenticated:
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and member.language in dict(settings.LANGUAGES):
                translation.activate(member.language)
                request.LANGUAGE_CODE = translation.get_language()
            try:
                timezone.activate(zoneinfo.ZoneInfo(member.time_zone))
            except (zoneinfo.ZoneInfoNotFoundError, ValueError):
                timezone.deactivate()
        else:
            timezone.deactivate()
        return self.get_response(request)
