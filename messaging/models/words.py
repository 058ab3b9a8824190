"""What messages are found by: one row for each distinct word of each message. Only `messaging.words` writes it."""

from django.db import models


class MessageWord(models.Model):
    """tid: 63-bit hash of the folded word. Conversation before message: one reads only one's own conversations."""

    pk = models.CompositePrimaryKey("tid", "conversation_id", "message_id")
    tid = models.BigIntegerField()
    conversation_id = models.BigIntegerField()
    message_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["message_id"], name="word_by_message")]
