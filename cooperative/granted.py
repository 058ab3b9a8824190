"""What decisions have put into projects, and how much of it was paid out since."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from payments import ledger
from payments.states import AccountKind

from .models import Grant, Payout, Project
from .treasury_states import PayoutState


@dataclass(frozen=True, slots=True)
class Decided:
    """What decisions have put into a project, and what became of it."""

    minor: int = 0
    paid_minor: int = 0
    waiting_minor: int = 0

    @property
    def unpaid_minor(self) -> int:
        """What has to stay in the project for it."""
        return self.minor - self.paid_minor

    @property
    def free_minor(self) -> int:
        """What can still be asked for."""
        return self.unpaid_minor - self.waiting_minor


def decided(of: Iterable[Project]) -> dict[int, Decided]:
    """For each project, in two statements."""
    keys = [project.pk for project in of]
    granted = Grant.objects.filter(project__in=keys).order_by().values("project").annotate(sum_=Sum("minor"))
    found = {row["project"]: row["sum_"] for row in granted}
    states = [PayoutState.PAID, PayoutState.WAITING]
    out = Payout.objects.filter(project__in=keys, state__in=states).order_by().values("project", "state")
    spent = {(row["project"], row["state"]): row["sum_"] for row in out.annotate(sum_=Sum("minor"))}
    return {
        key: Decided(found.get(key, 0), spent.get((key, PayoutState.PAID), 0), spent.get((key, PayoutState.WAITING), 0))
        for key in keys
    }


def undecided_minor(project: Project) -> int:
    """What lies in the project and no decision has spoken of yet."""
    account = ledger.account(AccountKind.POOL, project.community, label=project.label)
    return max(0, account.free_minor - decided([project])[project.pk].unpaid_minor)
