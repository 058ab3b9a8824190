"""The description of the API for programs, and the page to read and try it.

It says the same to everybody and takes seconds to make, so it is made once for each language and format.
"""

from functools import lru_cache

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

FORMATS = {renderer.media_type: renderer for renderer in SpectacularAPIView.renderer_classes}


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as YAML or JSON, in the reader's language or that of `?lang=`."""

    authentication_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request, *_args, **_kwargs) -> HttpResponse:
        asked = request.GET.get("lang")
        language = asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
        renderer = request.accepted_renderer
        answer = HttpResponse(_said(language, renderer.media_type), content_type=renderer.media_type)
        answer["Content-Disposition"] = f'inline; filename="{settings.SPECTACULAR_SETTINGS["TITLE"]}.{renderer.format}"'
        return answer


class Manual(SpectacularSwaggerSplitView):
    """Swagger UI."""

    url_name = "schema"
    template_name = "sharing/api_docs.html"


@lru_cache(maxsize=32)
def _said(language: str, media_type: str) -> bytes:
    with override(language):
        schema = Schema.generator_class().get_schema(request=None, public=True)
        rendered = FORMATS[media_type]().render(schema, media_type, {})
    return rendered if isinstance(rendered, bytes) else rendered.encode()
