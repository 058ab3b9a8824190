"""The API of this room: make, read, change and put away listings, their photos, and the tree of categories.

What is found by words and place is answered by `listings.search.api`, at the same address as a POST here.
"""

from functools import wraps

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sharing.web.api.idempotency import IdempotentMixin

from . import actions, categories, commons_api, discretion, shelves_api, synonyms_api, talk
from .catalogue import api as catalogue
from .models import Listing
from .saved import api as saved_api
from .search import api as search
from .serializers import (
    CategoryAnswer,
    ListingAnswer,
    ListingFacts,
    PhotoAnswer,
    PhotoFacts,
    PhotoSent,
    listing_json,
    photo_json,
)
from .views.pages import looks_after
from .wants import api as wants

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="A problem document")
REFUSED = {400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 409: PROBLEM}


class OpenToRead(IsAuthenticated):
    """Reading is for everyone, as far as they may see it."""

    def has_permission(self, request, view) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS") or super().has_permission(request, view)


class ListingsView(IdempotentMixin, APIView):
    """All that can be found, and a new one."""

    permission_classes = [OpenToRead]

    @classmethod
    def as_view(cls, **initkwargs):
        view = super().as_view(**initkwargs)

        @wraps(view)
        def asked(request, *args, **kwargs):
            return search.at_once(request) or view(request, *args, **kwargs)

        return asked

    @extend_schema(
        operation_id="listings_list",
        parameters=search.PARAMETERS,
        responses={200: search.HitPageSerializer, 400: PROBLEM},
    )
    def get(self, request: Request) -> HttpResponse:
        return search.list_listings(request)

    @extend_schema(operation_id="listings_create", request=ListingFacts, responses={201: ListingAnswer, **REFUSED})
    def post(self, request: Request) -> Response:
        """A draft, or with `publish` a published listing; when that is refused, nothing is kept."""
        facts = _valid(ListingFacts, request.data)
        publish = facts.pop("publish", False)
        with transaction.atomic():
            made = actions.create(by=request.user, facts=facts)
            if publish:
                actions.publish(made.pk, by=request.user)
        return _answer(request, made.pk, status=201)


class ListingView(IdempotentMixin, APIView):
    """One listing, to those who may see it."""

    permission_classes = [OpenToRead]

    @extend_schema(operation_id="listings_read", responses={200: ListingAnswer, 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        return _answer(request, pk)

    @extend_schema(operation_id="listings_update", request=ListingFacts, responses={200: ListingAnswer, **REFUSED})
    def patch(self, request: Request, pk: int) -> Response:
        _mine(request, pk)
        facts = _valid(ListingFacts, request.data, partial=True)
        publish = facts.pop("publish", None)
        with transaction.atomic():
            changed = actions.update(pk, by=request.user, facts=facts)
            if publish and not changed.is_published:
                actions.publish(pk, by=request.user)
        return _answer(request, pk)

    @extend_schema(operation_id="listings_delete", responses={204: None, **REFUSED})
    def delete(self, request: Request, pk: int) -> Response:
        """Into the archive: what others have seen or booked is never lost. 409 while bookings are coming."""
        actions.archive(pk, by=request.user)
        return Response(status=204)


class LifeView(IdempotentMixin, APIView):
    """A step in a listing's life."""

    verb = ""

    def take(self, request: Request, pk: int) -> Response:
        done = getattr(actions, self.verb)(pk, by=request.user)
        return _answer(request, done.pk, status=201 if self.verb == "duplicate" else 200)


class PhotosView(IdempotentMixin, APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="listings_photos_add",
        request={"multipart/form-data": PhotoSent},
        responses={201: PhotoAnswer, **REFUSED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a photo (JPEG, PNG, WebP, AVIF or GIF); it is rewritten and loses all metadata."""
        _mine(request, pk)
        sent = _valid(PhotoSent, request.data)
        photo = actions.add_photo(pk, sent["photo"], by=request.user, alt=sent["alt"])
        return Response(photo_json(photo, request), status=201)


class PhotoView(APIView):
    @extend_schema(operation_id="listings_photos_update", request=PhotoFacts, responses={200: ListingAnswer, **REFUSED})
    def patch(self, request: Request, pk: int, photo_pk: int) -> Response:
        """Its words, or its place in the row (0 is the face)."""
        _mine(request, pk)
        facts = _valid(PhotoFacts, request.data, partial=True)
        with transaction.atomic():
            if "alt" in facts:
                actions.describe_photo(pk, photo_pk, facts["alt"], by=request.user)
            if "position" in facts:
                standing = list(Listing.objects.get(pk=pk).photos.values_list("pk", flat=True))
                at = standing.index(photo_pk) if photo_pk in standing else 0
                actions.move_photo(pk, photo_pk, facts["position"] - at, by=request.user)
        return _answer(request, pk)

    @extend_schema(operation_id="listings_photos_remove", responses={204: None, **REFUSED})
    def delete(self, request: Request, pk: int, photo_pk: int) -> Response:
        actions.remove_photo(pk, photo_pk, by=request.user)
        return Response(status=204)


class CategoriesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="categories_list", responses={200: CategoryAnswer(many=True)})
    def get(self, request: Request) -> Response:
        """The tree of categories, named in the caller's language."""
        return Response(
            [
                {
                    "slug": root.slug,
                    "kind": root.kind,
                    "name": str(root.name),
                    "children": [{"slug": slug, "name": str(name)} for slug, name in root.leaves],
                }
                for root in categories.TREE
            ]
        )


def _valid(serializer: type[serializers.Serializer], data, *, partial: bool = False) -> dict:
    sent = serializer(data=data, partial=partial)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _mine(request: Request, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)


def _answer(request: Request, pk: int, *, status: int = 200) -> Response:
    rows = Listing.objects.visible_to(request.user).for_pages().with_way()
    listing = get_object_or_404(rows, pk=pk)
    cared = looks_after(request.user, listing)
    answer = listing_json(discretion.veil(listing, request.user, cared=cared), request, cared=cared)
    headers = {"Location": answer["url"]} if status == 201 else None
    return Response(answer, status=status, headers=headers)


def _life(verb: str, says: str):
    @extend_schema(
        operation_id=f"listings_{verb}",
        request=None,
        responses={201 if verb == "duplicate" else 200: ListingAnswer, **REFUSED},
        description=says,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.take(request, pk)

    view = type(f"{verb.capitalize()}View", (LifeView,), {"verb": verb, "post": post})
    return path(f"listings/<int:pk>/{verb}/", view.as_view(), name=f"api_listing_{verb}")


class AskView(IdempotentMixin, APIView):
    """The conversation about a listing with whoever answers for it."""

    @extend_schema(operation_id="listings_ask", request=None, responses={201: OpenApiTypes.OBJECT, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Opened once; the same one each time. Answers its `conversation` and `url`."""
        conversation = talk.ask_about(pk, by=request.user)
        return Response({"conversation": conversation.pk, "url": conversation.get_absolute_url()}, status=201)


urlpatterns: list = [
    path("listings/", ListingsView.as_view(), name="api_listings"),
    *search.urlpatterns,
    *commons_api.urlpatterns,
    *saved_api.urlpatterns,
    *catalogue.urlpatterns,
    *synonyms_api.urlpatterns,
    *shelves_api.urlpatterns,
    *wants.urlpatterns,
    path("listings/<int:pk>/", ListingView.as_view(), name="api_listing"),
    _life("publish", "Let others find it."),
    _life("pause", "Take it down for a while; what is agreed stays agreed."),
    _life("archive", "Put it away, once nobody counts on it: 409 while bookings are coming."),
    _life("restore", "Out of the archive, paused."),
    _life("duplicate", "A draft that says the same, with copies of the photos and no dates."),
    path("listings/<int:pk>/photos/", PhotosView.as_view(), name="api_listing_photos"),
    path("listings/<int:pk>/photos/<int:photo_pk>/", PhotoView.as_view(), name="api_listing_photo"),
    path("listings/<int:pk>/ask/", AskView.as_view(), name="api_listing_ask"),
    path("categories/", CategoriesView.as_view(), name="api_categories"),
]
