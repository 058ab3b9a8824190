"""Settings of the API: what its views do unless they say otherwise, and how its schema describes it."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "members.authentication.BearerAuthentication",
        "members.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["sharing.web.api.wire.Renderer"],
    "DEFAULT_PARSER_CLASSES": [
        "sharing.web.api.wire.Parser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "sharing.web.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "sharing.web.api.problems.handler",
    "DEFAULT_THROTTLE_RATES": {"tokens": "10/min"},
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
_DESCRIPTION = """
Everything the pages do, for programs of your own: tools, rooms and rides, shared by communities who run it themselves.

- **Who asks:** make a token under [Settings, For programs](/settings/tokens/) and send it with each request:
  `Authorization: Bearer …`. To try things here, press *Authorize* and paste it.
- **Lists** come in pages, `{"results": […], "next": "…"}`: follow `next` until it is null.
- **Money** is counted in the smallest coin (`price_minor: 350` is €3.50); moments are ISO 8601 with their offset.
- **What goes wrong** is answered as `application/problem+json`, with the sentences at the fields that caused them, in
  the language of `Accept-Language`. What you may not see is not found: 404.
- **Twice is once:** a `POST` with an `Idempotency-Key` of your own happens one time, however often it is sent.
"""
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Commonshare",
    "DESCRIPTION": _DESCRIPTION.strip(),
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sharing.web.api.summaries.summarise",
    ],
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "BookingState": "bookings.states.State.choices",
        "ChargeWay": "payments.states.ChargeWay.choices",
        "PayoutWay": "cooperative.treasury_states.PayoutWay.choices",
        "DayState": "bookings.states.DayState.choices",
        "Unit": "listings.states.Unit.choices",
        "ListingKind": "listings.states.Kind.choices",
        "ProposalKind": "cooperative.states.ProposalKind.choices",
        "ConversationKind": "messaging.states.ConversationKind.choices",
        "MessageKind": "messaging.states.MessageKind.choices",
        "NotificationWay": "messaging.notices.topics.Way.values",
        "ChannelKind": "messaging.states.ChannelKind.choices",
        "ProjectState": "cooperative.treasury_states.ProjectState.choices",
        "CancellationPolicy": "listings.states.Cancellation.choices",
    },
}
