"""The API of what belongs to a community and of what is known about things: history, labels, documents, kits, photos.

Everything a page of these can do, in the same words; whether it may be done, the actions say.
"""

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from members.serializers import Strict
from sharing.photos.pipeline import Crop
from sharing.web.api.idempotency import IdempotentMixin
from sharing.web.api.pagination import KeysetPagination

from . import actions, changes
from .belongings import kit as kit_of
from .models import Document, DocumentVersion, Label, Listing
from .serializers import PhotoAnswer, photo_json
from .states import Knowledge, Licence
from .views.history import read_by
from .views.knowledge import licence_of, readable
from .views.labels import printed, stewarded
from .views.pages import looks_after

PROBLEM = OpenApiResponse(OpenApiTypes.OBJECT, description="A problem document")
REFUSED = {400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 409: PROBLEM}


# --- what is sent ---------------------------------------------------------------------------------


class PartOfPicture(serializers.FloatField):
    """Zero to one, in parts of the photo's width or height."""

    def __init__(self, **kwargs) -> None:
        super().__init__(min_value=0, max_value=1, **kwargs)


class Flag(serializers.BooleanField):
    """Left out of a form it is what it is by default, not off."""

    default_empty_html = empty


class CropSent(Strict):
    x = PartOfPicture()
    y = PartOfPicture()
    width = PartOfPicture()
    height = PartOfPicture()


class PhotoEditSent(Strict):
    turn = serializers.ChoiceField([0, 90, 180, 270], default=0, help_text="Clockwise, before the crop.")
    crop = CropSent(required=False, allow_null=True)


class PhotoOrderSent(Strict):
    photos = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=2**62), max_length=100)


class NumberSent(Strict):
    number = serializers.CharField(max_length=24)


class PartSent(Strict):
    part = serializers.IntegerField(min_value=1, max_value=2**62)
    quantity = serializers.IntegerField(min_value=1, max_value=500, default=1)


class DocumentSent(Strict):
    title = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(Knowledge.choices, default=Knowledge.INSTRUCTIONS)
    text = serializers.CharField(max_length=40_000, allow_blank=True, default="")
    file = serializers.FileField(max_length=300, required=False)
    licence = serializers.ChoiceField(Licence.choices, default=Licence.CC_BY_SA)
    author = serializers.CharField(max_length=120, allow_blank=True, default="")


class VersionSent(Strict):
    title = serializers.CharField(max_length=120, required=False)
    text = serializers.CharField(max_length=40_000, allow_blank=True, default="")
    file = serializers.FileField(max_length=300, required=False)
    keep_file = Flag(default=True, help_text="Of the version before, when no file is sent.")
    licence = serializers.ChoiceField(Licence.choices, required=False)
    author = serializers.CharField(max_length=120, allow_blank=True, required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class CopySent(Strict):
    listing = serializers.IntegerField(min_value=1, max_value=2**62, help_text="The one of yours it is for.")


class WithdrawnSent(Strict):
    withdrawn = serializers.BooleanField()


# --- what is answered -----------------------------------------------------------------------------


class SaidAnswer(serializers.Serializer):
    name = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class ChangeAnswer(serializers.Serializer):
    version = serializers.IntegerField()
    created = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    headline = serializers.CharField()
    back_to = serializers.IntegerField(allow_null=True)
    fields = SaidAnswer(many=True)  # type: ignore[assignment]


class LabelAnswer(serializers.Serializer):
    listing = serializers.IntegerField()
    title = serializers.CharField()
    number = serializers.CharField()
    url = serializers.URLField(help_text="What the QR code says.")


class PartAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    url = serializers.URLField()


class KitAnswer(serializers.Serializer):
    parts = PartAnswer(many=True)
    kits = PartAnswer(many=True)


class VersionAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    text = serializers.CharField()
    file = serializers.URLField(allow_null=True)
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    licence = serializers.CharField()
    licence_name = serializers.CharField()
    author = serializers.CharField()
    note = serializers.CharField()
    created = serializers.DateTimeField()


class DocumentAnswer(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()
    withdrawn = serializers.BooleanField()
    credit = serializers.DictField(allow_null=True, help_text="Of a copy: listing, title, author, licence, version.")
    versions = VersionAnswer(many=True, help_text="The latest first.")


# --- photos ---------------------------------------------------------------------------------------


class PhotoEditView(IdempotentMixin, APIView):
    @extend_schema(operation_id="listings_photos_edit", request=PhotoEditSent, responses={200: PhotoAnswer, **REFUSED})
    def post(self, request: Request, pk: int, photo_pk: int) -> Response:
        """Turn and crop a photo; the server cuts it anew from the best it keeps."""
        sent = _valid(PhotoEditSent, request)
        crop = Crop(**sent["crop"]) if sent.get("crop") else None
        photo = actions.edit_photo(pk, photo_pk, by=request.user, turn=sent["turn"], crop=crop)
        return Response(photo_json(photo, request))


class PhotoPutBackView(IdempotentMixin, APIView):
    @extend_schema(
        operation_id="listings_photos_put_back", request=None, responses={200: PhotoAnswer(many=True), **REFUSED}
    )
    def post(self, request: Request, pk: int, photo_pk: int) -> Response:
        """Undo the removal of a photo, within a day."""
        listing = actions.put_back_photo(pk, photo_pk, by=request.user)
        return Response([photo_json(photo, request) for photo in listing.photos.all()])


class PhotoOrderView(APIView):
    @extend_schema(
        operation_id="listings_photos_order", request=PhotoOrderSent,
        responses={200: PhotoAnswer(many=True), **REFUSED},
    )
    def put(self, request: Request, pk: int) -> Response:
        """The photos in this order; those not named follow."""
        listing = actions.order_photos(pk, _valid(PhotoOrderSent, request)["photos"], by=request.user)
        return Response([photo_json(photo, request) for photo in listing.photos.all()])


# --- history and labels ---------------------------------------------------------------------------


class HistoryView(APIView):
    keyset_ordering = ("-version",)

    @extend_schema(operation_id="listings_history", responses={200: ChangeAnswer(many=True), 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """Who changed what of a commons listing, the latest first; for members of its community."""
        listing = read_by(request.user, pk)
        pages = KeysetPagination()
        rows = pages.paginate_queryset(listing.changes.select_related("by"), request, view=self)
        return pages.get_paginated_response([_change(row, listing) for row in rows])


class RestoreVersionView(IdempotentMixin, APIView):
    @extend_schema(operation_id="listings_history_restore", request=None, responses={200: ChangeAnswer, **REFUSED})
    def post(self, request: Request, pk: int, version: int) -> Response:
        """Let it say again what it said at that version; for its stewards."""
        listing = actions.restore_version(pk, version, by=request.user)
        return Response(_change(listing.changes.select_related("by").first(), listing))


class LabelView(APIView):
    @extend_schema(operation_id="listings_label", responses={200: LabelAnswer, 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """Its inventory number and the address in its QR code; for its stewards."""
        listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk, label__isnull=False)
        return Response(_label(listing.label, request))

    @extend_schema(operation_id="listings_label_update", request=NumberSent, responses={200: LabelAnswer, **REFUSED})
    def patch(self, request: Request, pk: int) -> Response:
        """Another number; the code stays."""
        sent = _valid(NumberSent, request)
        return Response(_label(actions.renumber(pk, sent["number"], by=request.user), request))


class InventoryView(APIView):
    keyset_ordering = ("id",)

    @extend_schema(operation_id="communities_inventory", responses={200: LabelAnswer(many=True), 404: PROBLEM})
    def get(self, request: Request, slug: str) -> Response:
        """All that belongs to a community with its numbers and codes; for its stewards."""
        rows = Label.objects.filter(community=stewarded(request.user, slug)).select_related("listing")
        pages = KeysetPagination()
        found = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([_label(label, request) for label in found])


# --- kits -----------------------------------------------------------------------------------------


class KitView(IdempotentMixin, APIView):
    def get_permissions(self):
        return [AllowAny()] if self.request.method == "GET" else super().get_permissions()

    @extend_schema(operation_id="listings_kit", responses={200: KitAnswer, 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """What it is made of, and the kits it is a part of."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=pk)
        return Response(_kit(listing, request))

    @extend_schema(operation_id="listings_kit_add", request=PartSent, responses={200: KitAnswer, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Make one of your things a part of it."""
        sent = _valid(PartSent, request)
        actions.add_part(pk, sent["part"], by=request.user, quantity=sent["quantity"])
        return Response(_kit(Listing.objects.get(pk=pk), request))


class KitPartView(APIView):
    @extend_schema(operation_id="listings_kit_remove", responses={204: None, **REFUSED})
    def delete(self, request: Request, pk: int, part_pk: int) -> Response:
        actions.remove_part(pk, part_pk, by=request.user)
        return Response(status=204)


# --- documents ------------------------------------------------------------------------------------


class DocumentsView(IdempotentMixin, APIView):
    parser_classes = [JSONParser, MultiPartParser]

    def get_permissions(self):
        return [AllowAny()] if self.request.method == "GET" else super().get_permissions()

    @extend_schema(operation_id="listings_documents", responses={200: DocumentAnswer(many=True), 404: PROBLEM})
    def get(self, request: Request, pk: int) -> Response:
        """Instructions and designs of a thing, each with all its versions."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=pk)
        rows = listing.documents.prefetch_related("versions")
        rows = rows if looks_after(request.user, listing) else rows.filter(withdrawn=None)
        return Response([_document(row, request) for row in rows])

    @extend_schema(
        operation_id="listings_documents_add",
        request={"application/json": DocumentSent, "multipart/form-data": DocumentSent},
        responses={201: DocumentAnswer, **REFUSED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write one: a text, a file (PDF, PNG, JPEG, TXT, MD, CSV, STL), or both."""
        sent = _valid(DocumentSent, request)
        made = actions.write_document(pk, by=request.user, upload=sent.pop("file", None), **sent)
        return Response(_document(made, request), status=201)


class DocumentView(APIView):
    @extend_schema(operation_id="listings_documents_update", request=WithdrawnSent, responses={200: DocumentAnswer})
    def patch(self, request: Request, pk: int, document_pk: int) -> Response:
        """Withdraw it, or bring it back."""
        hide = _valid(WithdrawnSent, request)["withdrawn"]
        deed = actions.withdraw_document if hide else actions.bring_back_document
        return Response(_document(deed(pk, document_pk, by=request.user), request))


class VersionsView(IdempotentMixin, APIView):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        operation_id="listings_documents_revise",
        request={"application/json": VersionSent, "multipart/form-data": VersionSent},
        responses={201: DocumentAnswer, **REFUSED},
    )
    def post(self, request: Request, pk: int, document_pk: int) -> Response:
        """Its next version; the former ones stay readable."""
        sent = _valid(VersionSent, request)
        actions.revise_document(pk, document_pk, by=request.user, upload=sent.pop("file", None), **sent)
        return Response(_document(Document.objects.get(pk=document_pk), request), status=201)


class CopyView(IdempotentMixin, APIView):
    @extend_schema(operation_id="documents_copy", request=CopySent, responses={201: DocumentAnswer, **REFUSED})
    def post(self, request: Request, pk: int) -> Response:
        """Copy a version to a thing of yours, with its author, its licence and where it is from."""
        version = readable(request.user, pk)
        copy = actions.copy_document(version.pk, by=request.user, to=_valid(CopySent, request)["listing"])
        return Response(_document(copy, request), status=201)


def _valid(serializer: type[serializers.Serializer], request: Request) -> dict:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _change(row, listing: Listing) -> dict:
    return {
        "version": row.version, "created": row.created, "by": str(row.by) if row.by else None,
        "headline": changes.headline(row), "back_to": row.back_to,
        "fields": [said._asdict() for said in changes.said(row, listing)],
    }


def _label(label: Label, request: Request) -> dict:
    address = printed(request, label)
    return {
        "listing": label.listing_id, "title": str(label.listing), "number": label.number,
        "url": address.url,
    }


def _kit(listing: Listing, request: Request) -> dict:
    parts, kits = kit_of(listing, request.user)

    def line(other: Listing, quantity: int) -> dict:
        url = request.build_absolute_uri(other.get_absolute_url())
        return {"id": other.pk, "title": str(other), "quantity": quantity, "url": url}

    return {
        "parts": [line(row.part, row.quantity) for row in parts], "kits": [line(row.kit, row.quantity) for row in kits]
    }


def _document(document: Document, request: Request) -> dict:
    return {
        "id": document.pk, "kind": document.kind, "title": document.title,
        "url": request.build_absolute_uri(document.get_absolute_url()), "withdrawn": document.withdrawn is not None,
        "credit": document.credit or None, "versions": [_version(row, request) for row in document.versions.all()],
    }


def _version(row: DocumentVersion, request: Request) -> dict:
    file = request.build_absolute_uri(reverse("document_file", args=[row.pk])) if row.file else None
    names = ("number", "text", "file_name", "media_type", "size", "licence", "author", "note", "created")
    return {"id": row.pk, "file": file, "licence_name": licence_of(row.licence)["name"]} | {
        name: getattr(row, name) for name in names
    }


urlpatterns: list = [
    path("listings/<int:pk>/photos/order/", PhotoOrderView.as_view(), name="api_photo_order"),
    path("listings/<int:pk>/photos/<int:photo_pk>/edit/", PhotoEditView.as_view(), name="api_photo_edit"),
    path("listings/<int:pk>/photos/<int:photo_pk>/put-back/", PhotoPutBackView.as_view(), name="api_photo_put_back"),
    path("listings/<int:pk>/history/", HistoryView.as_view(), name="api_history"),
    path("listings/<int:pk>/history/<int:version>/restore/", RestoreVersionView.as_view(), name="api_restore_version"),
    path("listings/<int:pk>/label/", LabelView.as_view(), name="api_label"),
    path("communities/<slug:slug>/inventory/", InventoryView.as_view(), name="api_inventory"),
    path("listings/<int:pk>/kit/", KitView.as_view(), name="api_kit"),
    path("listings/<int:pk>/kit/<int:part_pk>/", KitPartView.as_view(), name="api_kit_part"),
    path("listings/<int:pk>/documents/", DocumentsView.as_view(), name="api_documents"),
    path("listings/<int:pk>/documents/<int:document_pk>/", DocumentView.as_view(), name="api_document"),
    path("listings/<int:pk>/documents/<int:document_pk>/versions/", VersionsView.as_view(), name="api_versions"),
    path("documents/<int:pk>/copy/", CopyView.as_view(), name="api_document_copy"),
]
