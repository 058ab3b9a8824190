"""What the bank knows: its objects, its clock, its letters, and what it was told to do wrong."""

import json
import random
import string
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GOOD_CARD = "4242424242424242"
DAY = 86_400
HELD_FOR = {True: 4 * DAY + 18 * 3600, False: 7 * DAY}  # by whether the payer was away: Visa's rule
CARDS = {
    GOOD_CARD: "",
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000002760003184": "authentication_required",  # asks for 3-D Secure each time
    "4000000000000341": "later",  # can be saved, and is declined when it is charged
}

Thing = dict[str, Any]


class Declined(Exception):
    """What Stripe answers with an error."""

    def __init__(self, message: str, *, status: int = 400, kind: str = "invalid_request_error", **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message} | more}


@dataclass
class Fault:
    """Something to go wrong: `before` or `after` the effect; the line goes dead, or a 500 is answered."""

    path: str
    when: str = "before"
    how: str = "drop"
    times: int = 1


@dataclass
class Bank:
    """The whole state. Kept in a file, when one is given, so that a demo started again knows its money."""

    file: Path | None = None
    things: dict[str, Thing] = field(default_factory=dict)
    answered: dict[str, Any] = field(default_factory=dict)  # by idempotency key
    letters: list[Thing] = field(default_factory=list)  # events, in the order they happened
    ahead: int = 0  # seconds by which the clock runs ahead
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._random = random.Random()
        if self.file and self.file.exists():
            kept = json.loads(self.file.read_text())
            self.things, self.answered, self.letters = kept["things"], kept["answered"], kept["letters"]
            self.ahead = kept["ahead"]

    @property
    def now(self) -> int:
        return int(time.time()) + self.ahead

    def keep(self) -> None:
        """Write the state down."""
        if self.file is None:
            return
        kept = {"things": self.things, "answered": self.answered, "letters": self.letters, "ahead": self.ahead}
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(kept))
        beside.replace(self.file)

    def make(self, prefix: str, kind: str, **facts: Any) -> Thing:
        """A new object."""
        name = f"{prefix}_{''.join(self._random.choices(string.ascii_letters + string.digits, k=20))}"
        thing = {"id": name, "object": kind, "created": self.now, "livemode": False, "metadata": {}} | facts
        self.things[name] = thing
        return thing

    def get(self, name: str, kind: str) -> Thing:
        thing = self.things.get(name)
        if thing is None or thing["object"] != kind:
            raise Declined(f"No such {kind}: '{name}'", status=404, code="resource_missing")
        return thing

    def all(self, kind: str) -> list[Thing]:
        """The newest first, as Stripe lists them."""
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def tell(self, kind: str, thing: Thing, *, account: str = "") -> None:
        """Write a letter about what has happened."""
        event = self.make(
            "evt", "event", type=kind, api_version="2026-10-28.endive", pending_webhooks=1,
            data={"object": json.loads(json.dumps(thing))},
        )
        self.things.pop(event["id"])
        self.letters.append(event | ({"account": account} if account else {}))

    def move(self, kind: str, amount: int, currency: str, source: str, *, fee: int = 0) -> Thing:
        """A movement of the platform's balance."""
        return self.make(
            "txn", "balance_transaction", type=kind, reporting_category=kind, amount=amount, fee=fee, net=amount - fee,
            currency=currency, source=source, status="available", available_on=self.now,
        )

    def advance(self, **span: int) -> None:
        """Let time pass; what runs out in it runs out."""
        self.ahead += sum(span.get(unit, 0) * worth for unit, worth in (("days", DAY), ("hours", 3600), ("minutes", 60)))
        with self.lock:
            for intent in self.all("payment_intent"):
                held = intent["status"] == "requires_capture"
                if held and intent["capture_before"] <= self.now:
                    intent |= {"status": "canceled", "cancellation_reason": "automatic", "amount_capturable": 0}
                    self.tell("payment_intent.canceled", intent)
            for session in self.all("checkout.session"):
                if session["status"] == "open" and session["expires_at"] <= self.now:
                    session |= {"status": "expired", "url": None}
                    self.tell("checkout.session.expired", session)
            self.keep()

    def fault(self, path: str, *, when: str = "before", how: str = "drop", times: int = 1) -> None:
        """Order something to go wrong with the next calls to addresses that hold `path`."""
        self.faults.append(Fault(path, when, how, times))

    def fault_at(self, path: str, when: str) -> Fault | None:
        for fault in self.faults:
            if fault.path in path and fault.when == when and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def balance(self) -> dict[str, int]:
        """What lies on the platform's account, by currency."""
        sums: dict[str, int] = {}
        for row in self.all("balance_transaction"):
            sums[row["currency"]] = sums.get(row["currency"], 0) + row["net"]
        return sums
