"""Webhooks: what has happened, signed, and carried to the product until it says it has it."""

import json
import logging
import threading
import time
import urllib.error
import urllib.request

import stripe

from .state import Bank, Thing

log = logging.getLogger("commonshare.play_bank")
TRIES = 20


def sealed(letter: Thing, secret: str, *, at: int | None = None) -> tuple[str, str]:
    """The body and the header that proves where it comes from."""
    body = json.dumps(letter)
    header = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=at or int(time.time()))
    return body, header


class Postman(threading.Thread):
    """Carries each letter to one address, in order, and tries again when nobody opens."""

    def __init__(self, bank: Bank, address: str, secret: str) -> None:
        super().__init__(name="play-bank-letters", daemon=True)
        self.bank, self.address, self.secret = bank, address, secret
        self._done = len(bank.letters)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(0.2):
            while self._done < len(self.bank.letters) and not self._stopped.is_set():
                self._carry(self.bank.letters[self._done])
                self._done += 1

    def stop(self) -> None:
        self._stopped.set()

    def _carry(self, letter: Thing) -> None:
        body, header = sealed(letter, self.secret)
        for _try in range(TRIES):
            request = urllib.request.Request(  # noqa: S310
                self.address, body.encode(), {"Content-Type": "application/json", "Stripe-Signature": header}
            )
            try:
                with urllib.request.urlopen(request, timeout=5):  # noqa: S310
                    return
            except (OSError, urllib.error.URLError):
                if self._stopped.wait(0.5):
                    return
        log.warning("The play bank could not deliver %s.", letter["type"])
