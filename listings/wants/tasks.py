"""What happens to wants by themselves: neighbours are told once, and what is over ends."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from listings.models import Want, WantState, WantTold
from members.models import Member
from messaging import actions as messaging
from sharing.clock import every

from . import matching

AT_ONCE = 200


@task()
def tell(want_id: int) -> None:
    """Tell the neighbours who may have it. Asked twice, nobody is told twice."""
    want = Want.objects.open().select_related("member", "community").filter(pk=want_id).first()
    if want is None:
        return
    ids = matching.neighbours(want)
    people = Member.objects.filter(is_active=True).in_bulk(ids)
    for pk in ids:
        if pk not in people:
            continue
        with transaction.atomic():
            _told, new = WantTold.objects.get_or_create(want=want, member_id=pk)
            if new:
                messaging.notify(
                    people[pk], kind="want", url=want.get_absolute_url(), key=f"want:{want.pk}",
                    title=lambda: _("%(name)s looks for: %(want)s") % {"name": want.member.name, "want": want.title},
                    body=lambda: _("You have something like it, or had. Could you help?"),
                )  # fmt: skip


@every(minutes=30)
def end_what_is_over() -> int:
    """Wants whose time has passed; who asked is told, and may ask again."""
    over = Want.objects.filter(state=WantState.OPEN, expires__lte=timezone.now()).select_related("member")
    ended = 0
    for want in over.order_by("expires")[:AT_ONCE]:
        with transaction.atomic():
            if not Want.objects.filter(pk=want.pk, state=WantState.OPEN).update(state=WantState.EXPIRED):
                continue
            ended += 1
            title, key = want.title, f"want-over:{want.pk}:{want.expires.timestamp():.0f}"
            messaging.notify(
                want.member, kind="want", url=want.get_absolute_url(), key=key,
                title=lambda title=title: _("Did you find it? “%(want)s” is over") % {"want": title},
                body=lambda: _("You can put it on the board again."),
            )  # fmt: skip
    return ended
