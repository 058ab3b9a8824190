"""Housekeeping of the API."""

from sharing.clock import every

from .api.idempotency import forget_old


@every(hours=1)
def forget_old_answers() -> None:
    forget_old()
