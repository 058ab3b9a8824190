"""How allauth's account pages behave here: letters in our tone and in the reader's language."""

import zoneinfo

from allauth.account.adapter import DefaultAccountAdapter
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import letters
from .models import Member


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by e-mail and name; nothing else is asked for."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """In the language and the zone of whoever reads it; a stranger's are those of the page they are on."""
        reader = context.get("user") or Member.objects.filter(email__iexact=email).first()
        if not isinstance(reader, Member):
            return super().send_mail(template_prefix, email, context)
        try:
            zone = zoneinfo.ZoneInfo(reader.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = timezone.get_default_timezone()
        known = reader.language if translation.check_for_language(reader.language) else translation.get_language()
        with translation.override(known), timezone.override(zone):
            return super().send_mail(template_prefix, email, {**context, "reader": reader})

    def render_mail(self, template_prefix: str, email: str, context: dict, headers: dict | None = None):
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        return letters.compose(email, subject, text, button=_("Go there"), headers=headers)
