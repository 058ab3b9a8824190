"""What the clock does for the cooperative: closing votes on time, checking the books at night."""

from sharing.clock import every

from . import actions, care, checks


@every(minutes=1)
def close_votes() -> None:
    """Count what has ended, carry out what waited, and remind those whose vote is missing a day before the close."""
    actions.close_what_is_due()
    actions.remind_of_votes()
    actions.retry_what_waits()


@every(hours=24)
def check_books() -> None:
    """Recompute every community's books and keep the result, which the books page shows."""
    for _result in checks.check_all():
        pass


@every(minutes=15)
def look_after_care() -> None:
    """Remind those who took a task, and pay the thanks that waited."""
    care.remind()
    care.pay_what_waits()
