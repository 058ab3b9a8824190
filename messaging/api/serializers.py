"""How conversations and messages look to programs."""

from rest_framework import serializers

from .. import actions
from .asked import LARGEST


class PersonSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class MessageSerializer(serializers.Serializer):
    """`texts`: an event line's words by language."""

    conversation = serializers.IntegerField()
    sequence = serializers.IntegerField()
    author = serializers.IntegerField(allow_null=True, help_text="The member's id; null for some event lines.")
    name = serializers.CharField()
    client_id = serializers.CharField(allow_null=True)
    body = serializers.CharField()
    created = serializers.DateTimeField()
    kind = serializers.ChoiceField(["text", "event"])
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


class DirectSerializer(serializers.Serializer):
    member = serializers.IntegerField(min_value=1, max_value=LARGEST)


class SendSerializer(serializers.Serializer):
    client_id = serializers.CharField(max_length=actions.LONGEST_CLIENT_ID, trim_whitespace=False)
    body = serializers.CharField(max_length=actions.LONGEST_BODY, trim_whitespace=False)


class SeenSerializer(serializers.Serializer):
    sequence = serializers.IntegerField(min_value=1, max_value=LARGEST)
