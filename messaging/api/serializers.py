"""How conversations and messages look to programs."""

from rest_framework import serializers

from .. import actions, offers
from ..models import Report
from ..states import SIGNS, ChannelKind, ReportReason, Ruling
from .asked import LARGEST


class PersonSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class SpotSerializer(serializers.Serializer):
    """Unless `exact`, the point is blurred before it is kept. Without a point, the name is looked up."""

    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    exact = serializers.BooleanField(required=False)


class PeriodSerializer(serializers.Serializer):
    """Dates or local times of what the conversation is about."""

    starts = serializers.CharField(max_length=40)
    ends = serializers.CharField(max_length=40)


class PhotoSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="Served to those who may read the line.")
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class MessageSerializer(serializers.Serializer):
    """`texts`: an event line's words by language. What a message has beyond words is there when it has it."""

    conversation = serializers.IntegerField()
    sequence = serializers.IntegerField()
    author = serializers.IntegerField(allow_null=True, help_text="The member's id; null for some event lines.")
    name = serializers.CharField()
    client_id = serializers.CharField(allow_null=True)
    body = serializers.CharField()
    created = serializers.DateTimeField()
    kind = serializers.ChoiceField(["text", "event", "photo", "place", "offer"])
    rich = serializers.BooleanField(required=False, help_text="There is more to it than words.")
    reply_to = serializers.IntegerField(required=False, help_text="The line it answers.")
    mentions = serializers.ListField(child=serializers.IntegerField(), required=False)
    place = SpotSerializer(required=False)
    cards = serializers.ListField(child=serializers.CharField(), required=False)
    period = serializers.DictField(required=False, help_text="Proposed dates, and what became of them.")
    photos = PhotoSerializer(many=True, required=False)
    reactions = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()), required=False,
        help_text="Members by sign, at most 100 of each.",
    )
    warn = serializers.ListField(child=serializers.CharField(), required=False, help_text="Looks like a known scam.")
    edited = serializers.DateTimeField(required=False)
    deleted = serializers.DateTimeField(required=False)
    change = serializers.IntegerField(required=False, help_text="In `changed`: the number of the change.")
    code = serializers.CharField(required=False)
    texts = serializers.DictField(child=serializers.CharField(), required=False)


class ConversationSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField(help_text="The page this conversation is about, or empty.")
    members = PersonSerializer(many=True)
    last_sequence = serializers.IntegerField()
    seen_sequence = serializers.IntegerField()
    unread = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    last_message = MessageSerializer(allow_null=True)
    muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(allow_null=True)
    archived = serializers.BooleanField(help_text="In the archive, and nothing new was said since.")
    speaks = serializers.BooleanField(help_text="Whether one may write here.")


class DirectSerializer(serializers.Serializer):
    member = serializers.IntegerField(min_value=1, max_value=LARGEST)


class SendSerializer(serializers.Serializer):
    client_id = serializers.CharField(max_length=actions.LONGEST_CLIENT_ID, trim_whitespace=False)
    body = serializers.CharField(
        max_length=actions.LONGEST_BODY, trim_whitespace=False, required=False, allow_blank=True, default="",
        help_text="May be empty beside a place, dates or photos.",
    )
    reply_to = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    place = SpotSerializer(required=False)
    period = PeriodSerializer(required=False)


class PhotosSentSerializer(SendSerializer):
    """As a form (multipart/form-data), with pictures: `alts` has what each shows, in the same order."""

    photos = serializers.ListField(child=serializers.FileField(), required=False, max_length=actions.MOST_PHOTOS)
    alts = serializers.ListField(child=serializers.CharField(max_length=200, allow_blank=True), required=False)


class WordsSerializer(serializers.Serializer):
    body = serializers.CharField(max_length=actions.LONGEST_BODY, trim_whitespace=False, allow_blank=True)


class SignSerializer(serializers.Serializer):
    sign = serializers.ChoiceField(SIGNS)
    on = serializers.BooleanField(default=True)


class AnswerSerializer(serializers.Serializer):
    answer = serializers.ChoiceField(offers.ANSWERS)


class ReportSentSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(ReportReason.choices)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    community = serializers.SlugField(required=False, help_text="Whose stewards, where both are in several.")


class ReportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    reason = serializers.CharField()
    note = serializers.SerializerMethodField(help_text="Of whoever showed it; empty to who wrote what is reported.")
    created = serializers.DateTimeField()
    ruling = serializers.CharField()
    word = serializers.CharField()
    ruled = serializers.DateTimeField(allow_null=True)
    evidence = serializers.DictField(help_text="What stood there when it was reported; for its stewards alone.")

    def get_note(self, report: Report) -> str:
        return "" if report.author_id == self.context["reader"] else report.note


class RulingSerializer(serializers.Serializer):
    ruling = serializers.ChoiceField([choice for choice in Ruling.values if choice != Ruling.OPEN])
    word = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class MuteSerializer(serializers.Serializer):
    span = serializers.ChoiceField(["hour", "day", "week", "always", "off"])


class ArchiveSerializer(serializers.Serializer):
    on = serializers.BooleanField(default=True)


class SeatSerializer(serializers.Serializer):
    """One's own part in a conversation."""

    muted = serializers.BooleanField()
    muted_until = serializers.DateTimeField(allow_null=True)
    archived = serializers.BooleanField()


class ParticipantSerializer(PersonSerializer):
    role = serializers.ChoiceField(["member", "host"])
    seen_sequence = serializers.IntegerField(help_text="How far they have read.")
    delivered_sequence = serializers.IntegerField(help_text="How far it has come to them; kept where two talk.")


class ChannelFactsSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(ChannelKind.choices, default=ChannelKind.TALK)
    purpose = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    for_all = serializers.BooleanField(default=False)


class ChannelSerializer(ChannelFactsSerializer):
    id = serializers.IntegerField()
    conversation = serializers.IntegerField(allow_null=True, help_text="Null until one has joined.")
    people = serializers.IntegerField()
    closed = serializers.BooleanField()


class SeenSerializer(serializers.Serializer):
    sequence = serializers.IntegerField(min_value=1, max_value=LARGEST)
