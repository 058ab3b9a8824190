"""Letters: plain words, sent as text and as HTML in the house's own frame.

A letter is written as text, in paragraphs. In HTML a paragraph that is only a code becomes a large
figure to read off, and one that is only an address becomes a button, so nothing is written twice.
"""

import re
from datetime import datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .outgoing import OutgoingLetter

_CODE = re.compile(r"\d{6}")
_LINK = re.compile(r"https?://\S+")


def send(to: str, subject: str, text: str, *, button: str = "") -> None:
    """Send the letter in the active language: it is written down, and leaves after the page was answered."""
    post(compose(to, subject, text, button=button))


def post(letter: EmailMultiAlternatives, *, until: datetime | None = None) -> None:
    """Leave the letter to the worker, in the caller's transaction; after `until` it is not sent any more."""
    from .tasks import carry

    here = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {"Message-ID": make_msgid(domain=here), "Auto-Submitted": "auto-generated", **letter.extra_headers}
    html = next((str(content) for content, kind in letter.alternatives if kind == "text/html"), "")
    for to in letter.to:
        row = OutgoingLetter.objects.create(
            recipient=to, subject=str(letter.subject), text=str(letter.body), html=html, headers=headers, until=until
        )
        carry.enqueue(row.pk)


def compose(
    to: str, subject: str, text: str, *, button: str = "", headers: dict | None = None
) -> EmailMultiAlternatives:
    """`button` is what the button of a bare link says."""
    subject = " ".join(subject.split())
    text = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n\n" + _("Commonshare, by its members") + "\n"
    letter = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    parts = [_part(block.strip()) for block in text.split("\n\n")[:-1] if block.strip()]
    html = render_to_string("members/letter.html", {"subject": subject, "parts": parts, "button": button or _("Open")})
    letter.attach_alternative(html, "text/html")
    return letter


def _part(block: str) -> dict[str, str]:
    if _CODE.fullmatch(block):
        return {"code": block}
    if _LINK.fullmatch(block):
        return {"link": block}
    return {"text": block}
