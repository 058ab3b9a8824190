"""The addresses of the house: each room's pages at the root, each room's API under /api/v1/."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language

from sharing import operations, views
from sharing.web import addresses
from sharing.web.api import manual

ROOMS = ("members", "messaging", "payments", "cooperative", "listings", "bookings")
ASKED_MOST_FIRST = sorted(ROOMS, key=lambda room: room != "listings")  # words are tried one after the other

docs = csp_update({"style-src": [UNSAFE_INLINE]})  # Swagger UI styles itself; its scripts are files

urlpatterns = [
    path("api/v1/", include(addresses.of_rooms(ASKED_MOST_FIRST, "api"))),
    path("", views.home, name="home"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline, name="offline"),
    path("healthz", operations.healthz, name="healthz"),
    path("metrics", operations.metrics, name="metrics"),
    path("outbox/", operations.outbox, name="outbox"),
    path("outbox/<str:name>/", operations.letter, name="letter"),
    path("language/", set_language, name="set_language"),
    path("look/", views.set_look, name="set_look"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *addresses.of_rooms(ASKED_MOST_FIRST, "urls"),
    path("api/v1/schema/", manual.Schema.as_view(), name="schema"),
    path("api/v1/docs/", docs(manual.Manual.as_view()), name="api_docs"),
    re_path(r"^api/v1/.*", operations.no_such_endpoint),
]
