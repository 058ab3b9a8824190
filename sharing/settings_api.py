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
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Commonshare",
    "DESCRIPTION": "Access instead of ownership: tools, rooms and rides, shared by communities who run it themselves.",
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
    },
}
