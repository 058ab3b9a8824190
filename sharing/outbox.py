"""Where letters go when no mail server is configured: a folder whose pages the demo shows."""

import time

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """Writes each letter as one .eml file under OUTBOX_DIR, newest name last."""

    def send_messages(self, email_messages) -> int:
        settings.OUTBOX_DIR.mkdir(parents=True, exist_ok=True)
        for letter in email_messages:
            path = settings.OUTBOX_DIR / f"{time.time_ns()}.eml"
            path.write_bytes(letter.message().as_bytes())
        return len(email_messages)
