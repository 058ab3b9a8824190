"""How allauth's account pages behave here: letters in our tone and in the reader's language."""

import zoneinfo
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from . import letters
from .models import Member

__all__ = ["AccountAdapter", "SecondStepAdapter"]

CODES_HOLD = timedelta(minutes=15)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by e-mail and name; nothing else is asked for."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _lazy("This account is closed."),
        "duplicate_email": _lazy("This is your address already."),
        "email_password_mismatch": _lazy("This address and this password do not belong together."),
        "email_taken": _lazy("There is an account with this address already."),
        "enter_current_password": _lazy("This is not the password you have now."),
        "incorrect_code": _lazy("This is not the code from the letter. Please look once more."),
        "incorrect_password": _lazy("That is not your password."),
        "too_many_login_attempts": _lazy("That was wrong several times. Please try again in some minutes."),
        "same_as_current": _lazy("That is the one you have already."),
        "rate_limited": _lazy("One moment: that was many times in a row. Please try again in a minute."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """In the language and the zone of whoever reads it; a stranger's are those of the page they are on."""
        reader = context.get("user") or Member.objects.at(email).first()
        if not isinstance(reader, Member):
            return self._post(template_prefix, email, context)
        try:
            zone = zoneinfo.ZoneInfo(reader.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            zone = timezone.get_default_timezone()
        offered = dict(settings.LANGUAGES)
        known = reader.language if reader.language in offered else translation.get_language()
        with translation.override(known), timezone.override(zone):
            return self._post(template_prefix, email, {**context, "reader": reader})

    def _post(self, template_prefix: str, email: str, context: dict) -> None:
        """Written down for the worker: a mail server that is slow or away keeps no page waiting."""
        request = allauth_context.request
        known = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        until = timezone.now() + CODES_HOLD if "code" in context else None
        letters.post(self.render_mail(template_prefix, email, known), until=until)

    def render_mail(self, template_prefix: str, email: str, context: dict, headers: dict | None = None):
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        text = render_to_string(f"{template_prefix}_message.txt", context)
        return letters.compose(email, subject, text, button=_("Go there"), headers=headers)


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _lazy("This code does not hold. Wait for the next one, or use a recovery code.")
    }
