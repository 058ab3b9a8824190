"""What talk does by itself: mutes that end, words written down for search, old wordings thrown away."""

from datetime import datetime, timedelta

from django.utils import timezone

from sharing.clock import every

from . import words
from .actions.seats import unmute_due
from .models import Conversation, Earlier, MessagePhoto

KEPT = timedelta(days=90)  # what was edited or deleted, for those who look at reports
RECENT = timedelta(hours=6)
AT_ONCE = 500


@every(minutes=1)
def end_mutes() -> None:
    unmute_due(timezone.now())


@every(minutes=2)
def write_words_down() -> None:
    """What was said lately, so that a search finds it at once; with the time that is left, what is older."""
    lately = Conversation.objects.filter(last_at__gt=timezone.now() - RECENT).order_by("-last_at")
    done = words.catch_up(lately.values_list("pk", flat=True)[:AT_ONCE])
    if done < AT_ONCE:
        words.catch_up(words.behind_anywhere(AT_ONCE), AT_ONCE - done)


@every(hours=1)
def throw_old_words_away() -> None:
    throw_away(timezone.now())


def throw_away(now: datetime) -> int:
    """Earlier wordings, and photos of deleted lines; what a report shows it keeps, with its photos while it is open."""
    old = Earlier.objects.filter(until__lt=now - KEPT).values_list("pk", flat=True)[:AT_ONCE]
    thrown, _each = Earlier.objects.filter(pk__in=list(old)).delete()
    photos = MessagePhoto.objects.filter(message__deleted__lt=now - KEPT).exclude(message__reports__ruling="open")
    for photo in photos[:AT_ONCE]:
        photo.delete()  # one by one: each takes its files with it
    return thrown
