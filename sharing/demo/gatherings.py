"""Talk of more than two: Elm Street's channels, a question about a listing with dates, and a message that was shown."""

from datetime import timedelta
from functools import partial
from io import BytesIO

from django.core.files.storage import default_storage

from listings import talk
from messaging import actions
from messaging.models import Conversation, Message

from .settling import Town
from .story import Story

HOME, ZONE = "elm-street", "Europe/Berlin"
CHANNELS = (
    # name, kind, purpose, for everybody
    ("Announcements", "announcements", "What all of Elm Street should know. The stewards write here.", True),
    ("A hand, please", "help", "Carrying, holding, watering, knowing how.", True),
    ("Who has…?", "wants", "Before you buy it, ask here.", False),
)
JOINERS = ("ana", "bo", "mia", "leyla", "jonas")
SAID = (
    # channel, hours ago, who, words, signs: (who, sign)
    (0, 75, "cleo", "The shed has a new roof. Thank you to all eleven of you, and to whoever brought the soup.",
     (("ana", "🎉"), ("bo", "🎉"), ("hedwig", "❤️"), ("mia", "🎉"), ("tariq", "❤️"))),
    (0, 27, "cleo", "On Saturday from ten we sort the tool wall. Bring what has been standing in your hall since spring.",
     (("ana", "👍"), ("jonas", "👍"))),
    (1, 30, "leyla", "Can somebody hold the other end of a sofa on Thursday at six? Third floor, the stairs are kind.", ()),
    (1, 29.2, "jonas", "I can. @Bo Lindqvist has the straps.", (("leyla", "🙏"),)),
    (1, 28.9, "bo", "Straps hang in the hall, take them. Mind the banister, it minds you.", (("leyla", "😄"), ("jonas", "👍"))),
    (2, 20, "mia", "Who has a jam thermometer? Mine says 104 about everything.", ()),
    (2, 19, "ana", "I do. It is honest, but small.", (("mia", "❤️"),)),
)  # fmt: skip


def gatherings(story: Story, town: Town) -> None:
    """Channels a month old, talk of the last days, a proposal that waits for Bo, and a report that waits for Cleo."""
    at = partial(_ago, story)
    for number, facts in enumerate(CHANNELS):
        story.at(story.clock.at(-32, f"1{number}:30", ZONE), partial(_open, town, *facts))
    for channel, hours, who, words, signs in SAID:
        story.at(at(hours), partial(_say, town, CHANNELS[channel][0], who, words, signs))
    story.at(at(5), partial(_ask, story, town))
    story.at(at(50), partial(_show, town))


def _ago(story: Story, hours: float):
    return story.clock.end - timedelta(hours=hours)


def _open(town: Town, name: str, kind: str, purpose: str, for_all: bool) -> None:
    elm = town.homes[HOME]
    channel = actions.make_channel(
        elm, by=town.members["cleo"], name=name, kind=kind, purpose=purpose, for_all=for_all
    )
    if not for_all:
        for who in JOINERS:
            actions.join_channel(channel.pk, by=town.members[who])


def _say(town: Town, name: str, who: str, words: str, signs: tuple) -> None:
    conversation = Conversation.objects.get(channel__community=town.homes[HOME], subject=name)
    client_id = f"gathering-{conversation.pk}-{conversation.last_seq}"
    line = actions.post(conversation.pk, by=town.members[who], body=words, client_id=client_id)
    for signer, sign in signs:
        actions.react(conversation.pk, line.sequence, by=town.members[signer], sign=sign)


def _ask(story: Story, town: Town) -> None:
    """Ana asks about a thing of Bo's, shows what it is for, says where, and proposes dates."""
    ana, bo = town.members["ana"], town.members["bo"]
    shown = town.listings["washer"]
    conversation = talk.ask_about(shown.pk, by=ana)
    say = partial(actions.post, conversation.pk)
    question = "Would it be too strong for wooden shutters? These here, they have seen a lot of pigeons."
    say(by=ana, client_id="ask-1", body=question, photos=[_picture(town)], alts=["Green shutters, and what pigeons do"])
    say(by=bo, client_id="ask-2", body="With the wide nozzle, from a metre away, it is as gentle as rain.", reply_to=1)
    place = {"name": "Behind the bakery, second gate", "lat": ana.lat, "lon": ana.lon}
    say(by=ana, client_id="ask-3", body="There is a tap here:", place=place)
    starts, ends = (story.clock.day(day, ZONE).isoformat() for day in (15, 16))
    say(by=ana, client_id="ask-4", body="Would this suit you?", period={"starts": starts, "ends": ends})


def _picture(town: Town) -> BytesIO:
    """A photo that is in the house already goes through the same door as one from a phone."""
    photo = town.listings["quiet_room"].photos.order_by("position").first()
    assert photo, "the quiet room was listed with a photo"
    width = max(wide for wide in photo.widths if wide <= 800 or wide == min(photo.widths))
    with default_storage.open(f"{photo.key}-{width}.webp") as file:
        return BytesIO(file.read())


def _show(town: Town) -> None:
    """Somebody writes to Mia what one should not; she shows it to the stewards."""
    felix, mia = town.members["felix"], town.members["mia"]
    conversation = actions.direct(felix, mia)
    actions.post(conversation.pk, by=mia, client_id="show-1", body="Is the raclette still free on Sunday?")
    words = "Yes! But better pay me outside the platform, by gift cards. Quicker for both of us."
    line: Message = actions.post(conversation.pk, by=felix, client_id="show-2", body=words)
    actions.report(
        conversation.pk, line.sequence, by=mia, reason="scam", note="He is new; perhaps somebody has his account?"
    )
