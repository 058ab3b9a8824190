"""Talk that is about no booking, and the state in which everybody's inbox is found at the end."""

from datetime import timedelta
from functools import partial

from django.db.models import F, OuterRef, Q, Subquery
from django_tasks_db.models import DBTaskResult

from messaging import actions
from messaging.models import Conversation, Notification, Participant

from . import ways
from .settling import Town
from .story import Story

# Who with whom, and the lines: (hours ago, who, text). A trailing "!" on the second name: has not read the last line.
TALKS = (
    ("bo", "ana!", (
        (30 * 24, "ana", "Bo, your moth trap of a lamp is still on my balcony. Shall I bring it?"),
        (30 * 24 - 1, "bo", "Keep it until the moths are gone. How is the shelf?"),
        (30 * 24 - 1.4, "ana", "It carries the whole of Portuguese literature and one cactus."),
        (26, "ana", "Do you still have the long 12 mm bit? I might need it for the curtain rail."),
        (2.1, "bo", "I do. It is in the letterbox, wrapped in yesterday's news. Mind your fingers."),
    )),
    ("cleo", "ana", (
        (52, "cleo", "Will you vote on the second bike? You are the one who knows how it is with curtains and wardrobes."),
        (50, "ana", "Tonight, promise. I only want to read what Hannes wrote."),
    )),
    ("hedwig", "bo", (
        (9 * 24, "hedwig", "Dear Bo, the desk drawer sticks again. There is plum cake."),
        (9 * 24 - 2, "bo", "I am on my way, with a candle and an appetite."),
    )),
    ("mia", "cleo!", (
        (5.5, "mia", "The September receipts are in the box. One is for cake, I swear it was a meeting."),
    )),
    ("martha", "zoe!", (
        (74, "zoe", "Could the van use the slipway on Friday morning? Ten minutes, I have a dinghy on the roof."),
        (73, "martha", "Of course. Before nine, then the rowers come."),
        (6.2, "martha", "And would you look at the circle's kayak while you are there? It has a scrape you could paint in your sleep."),
    )),
    ("carmen", "ana", (
        (200, "carmen", "¿Vienes en Navidad? Guardo la paellera para ti."),
        (198, "ana", "Voy. Con queso de la Selva Negra."),
    )),
)  # fmt: skip
READ_AFTER = timedelta(minutes=40)
UNREAD_SINCE, WAITING_SINCE = timedelta(hours=30), timedelta(days=5)
WAITING = ("booking.dispute", "booking.pay_one", "decision_opened")  # what is not answered yet
MAIN = ("ana", "bo", "cleo", "zoe")


def talks(story: Story, town: Town) -> None:
    for number, (first, second, lines) in enumerate(TALKS):
        reader = second.rstrip("!")
        for index, (hours, who, text) in enumerate(lines):
            moment = story.clock.end - timedelta(hours=hours)
            last = index == len(lines) - 1
            unread = reader if last and second.endswith("!") else ""
            story.at(moment, partial(_say, town, (first, reader), who, text, f"demo-talk-{number}-{index}", unread))


def _say(town: Town, pair: tuple[str, str], who: str, text: str, client_id: str, unread: str) -> None:
    conversation = actions.direct(*(town.members[key] for key in pair))
    line = actions.post(conversation.pk, by=town.members[who], body=text, client_id=client_id)
    for key in pair:
        if key != unread:
            actions.mark_seen(conversation.pk, town.members[key].pk, line.sequence)


def settle_inboxes(town: Town, story: Story) -> None:
    """What is older than a day has been read, and nobody's letter box is flooded with a year of letters."""
    main = [town.members[key].pk for key in MAIN]
    fresh = Q(member__in=main) & (
        Q(created__gte=story.clock.end - UNREAD_SINCE)
        | Q(created__gte=story.clock.end - WAITING_SINCE, kind__in=WAITING)
    )
    Notification.objects.exclude(fresh).update(read=F("created") + READ_AFTER)
    Notification.objects.update(unplanned=False)
    ways.ways(town, story)
    _seen_by_the_others(main)
    last = Conversation.objects.filter(pk=OuterRef("conversation")).values("last_seq")[:1]
    Participant.objects.update(told_seq=Subquery(last))
    DBTaskResult.objects.all().delete()


def _seen_by_the_others(main: list[int]) -> None:
    """Those who are no main figures have read all there is."""
    last = Conversation.objects.filter(pk=OuterRef("conversation")).values("last_seq")[:1]
    Participant.objects.exclude(member__in=main).update(seen_seq=Subquery(last))
