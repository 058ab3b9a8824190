"""JSON in and out: what cannot be read is refused, and what cannot be written as it stands is escaped."""

import json

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


class Renderer(JSONRenderer):
    """JSON, whatever was sent: half a character that is quoted back goes out as its escape."""

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        try:
            return super().render(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError:
            return json.dumps(data, cls=self.encoder_class).encode()


class Parser(JSONParser):
    """JSON as people write it: what is nested beyond all use is no JSON of ours."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("This JSON is nested too deeply.") from None
