"""What messages are found by: one row for each distinct word of each message. Only `messaging.words` writes it."""

from django.db import models


class SpokenWord(models.Model):
    """A folded word as bytes, so that both engines order it alike: all that begins with "lad" is one range.

    The conversation comes first: one searches in one's own, and each is a short way into the index.
    """

    pk = models.CompositePrimaryKey("conversation_id", "word", "message_id")
    conversation_id = models.BigIntegerField()
    word = models.BinaryField(max_length=160)
    message_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["message_id"], name="spoken_word_by_message")]
