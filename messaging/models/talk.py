"""Talk: who is in which conversation, and what was said in which order.

Each conversation numbers its messages 1, 2, 3 … without gaps; the number is given under the
conversation's lock, so a reader who knows the last number knows what is missing. A message is
known by its author's client id, so a repeated send is the same message. Two members have one
direct conversation between them.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from members.models import Community

from ..states import ConversationKind, MessageKind, PartRole


class ConversationQuerySet(models.QuerySet):
    def open_to(self, member) -> "ConversationQuerySet":
        """Conversations the member takes part in now; everything else does not exist for them."""
        return self.filter(participants__member=member, participants__left__isnull=True)


class Conversation(models.Model):
    """A thread. `last_seq` is the number of its newest message; `subject` is what it is about, in words,
    `url` where that is to be seen; it may say {conversation} where this one's number belongs.

    `about_key` names what there is one conversation for ("listing:7:3": listing 7, asked about by member 3;
    "car:9": departure 9); `community`: whose stewards look at what is reported here. `last_change` numbers
    what was changed in lines already said, `indexed_seq` is how far its words can be searched for.
    """

    kind = models.CharField(max_length=10, choices=ConversationKind.choices)
    subject = models.CharField(max_length=160, blank=True)
    url = models.CharField(max_length=200, blank=True)
    direct_key = models.CharField(max_length=40, null=True, unique=True)
    about_key = models.CharField(max_length=60, null=True, unique=True)
    community = models.ForeignKey(
        Community, null=True, on_delete=models.SET_NULL, related_name="conversations", db_index=False
    )
    last_seq = models.PositiveBigIntegerField(default=0)
    last_change = models.PositiveBigIntegerField(default=0)
    indexed_seq = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now, db_index=True)
    created = models.DateTimeField(default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_direct_conversation_has_its_pair",
                condition=Q(kind=ConversationKind.DIRECT, direct_key__isnull=False)
                | (~Q(kind=ConversationKind.DIRECT) & Q(direct_key__isnull=True)),
            )
        ]
        indexes = [
            models.Index(
                fields=["-last_at"], condition=Q(last_seq__gt=models.F("indexed_seq")), name="conversation_behind"
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.pk])

    @property
    def is_group(self) -> bool:
        """Whether more than two may talk here, so that one is called by name."""
        return self.kind != ConversationKind.DIRECT

    @property
    def about_url(self) -> str:
        """Where what it is about is to be seen; "" when it is about nothing in particular."""
        return self.url.replace("{conversation}", str(self.pk))


class ParticipantQuerySet(models.QuerySet):
    def present(self) -> "ParticipantQuerySet":
        return self.filter(left__isnull=True)


class Participant(models.Model):
    """A member in a conversation; `seen_seq` is the last message read, `left` ends the right to read on.

    `delivered_seq`: how far one of their tabs or programs has been told, where two talk (elsewhere nobody asks).

    `told_seq` is the newest message a letter has told them of: there is one letter until they read again.
    `speaks`: may write here; `from_seq`: what was said up to this number was before their time. Archived
    is what has nothing newer than `archived_seq`. `muted_until`: when the clock lets it be heard again.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations")
    joined = models.DateTimeField(default=timezone.now)
    left = models.DateTimeField(null=True, blank=True)
    seen_seq = models.PositiveBigIntegerField(default=0)
    delivered_seq = models.PositiveBigIntegerField(default=0)
    told_seq = models.PositiveBigIntegerField(default=0)
    muted = models.BooleanField(default=False)
    muted_until = models.DateTimeField(null=True, blank=True)
    archived_seq = models.PositiveBigIntegerField(default=0)
    from_seq = models.PositiveBigIntegerField(default=0)
    role = models.CharField(max_length=6, choices=PartRole.choices, default=PartRole.MEMBER)
    speaks = models.BooleanField(default=True)

    objects = ParticipantQuerySet.as_manager()

    @property
    def reached_seq(self) -> int:
        """How far what was said has come to them: what they read has reached them, whoever told of it."""
        return max(self.seen_seq, self.delivered_seq)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member"], name="one_seat_per_member_in_a_conversation")
        ]
        indexes = [
            models.Index(fields=["muted_until"], condition=Q(muted_until__isnull=False), name="participant_mute_ends")
        ]


class Message(models.Model):
    """One line of a conversation. An event line may have no author; what a member says always has one.

    `data` holds what is more than words: an event's code and params; what a line answers (`reply_to`), whom it
    calls (`mentions`), a `place`, `cards` of what its links lead to, a proposed `period`. `change` is the number
    of its latest change in the conversation (null: as it was said). Deleted, it keeps its place and nothing else.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=5, choices=MessageKind.choices, default=MessageKind.TEXT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="messages_written", db_index=False
    )
    client_id = models.CharField(max_length=64, null=True)
    body = models.TextField(max_length=8000)
    data = models.JSONField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    edited = models.DateTimeField(null=True, blank=True)
    deleted = models.DateTimeField(null=True, blank=True)
    change = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "sequence"], name="one_message_per_sequence_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="one_message_per_author_and_client_id"),
            models.CheckConstraint(name="sequences_start_at_one", condition=Q(sequence__gte=1)),
            models.CheckConstraint(
                name="a_text_has_an_author_and_a_client_id",
                condition=Q(kind=MessageKind.EVENT) | Q(author__isnull=False, client_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "change"], condition=Q(change__isnull=False), name="message_changes"),
            models.Index(fields=["deleted"], condition=Q(deleted__isnull=False), name="message_deleted"),
        ]

    @property
    def is_event(self) -> bool:
        return self.kind == MessageKind.EVENT

    @property
    def is_rich(self) -> bool:
        """Whether it is more than words, so that only the server knows how it looks."""
        if self.kind == MessageKind.EVENT:
            return False
        return self.kind != MessageKind.TEXT or bool(self.data or self.change or self.deleted)
