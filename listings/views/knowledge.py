"""The knowledge commons of a thing: read, write, improve, copy, withdraw; and its files, only ever handed over."""


from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from listings import actions
from listings.forms.knowledge import CopyForm, DocumentForm, RevisionForm
from listings.models import Document, DocumentVersion, Listing
from listings.states import LICENCE_NAMES, LICENCE_URLS, Licence
from sharing.photos import papers
from sharing.web.refusals import Refusal

from .pages import looks_after


@require_safe
def document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """A document: its latest version, or with `?version=` a former one; and all there are."""
    found, cared = _seen(request, pk, document_pk)
    versions = list(found.versions.select_related("by"))
    wanted = request.GET.get("version", "")
    shown = next((each for each in versions if str(each.number) == wanted), None) if wanted else versions[0]
    if shown is None:
        raise Http404
    reserved = shown.licence == Licence.RESERVED
    context = {
        "document": found, "listing": found.listing, "versions": versions, "shown": shown, "cared": cared,
        "latest": shown is versions[0], "licence": licence_of(shown.licence), "copyable": cared or not reserved,
        "credit": found.credit and found.credit | {"licence": licence_of(found.credit["licence"])},
        "source": _source(request, found),
    }
    return render(request, "listings/document.html", context)


@require_safe
def document_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of a version, to be saved: a browser neither shows nor runs it here."""
    version = readable(request.user, pk)
    return papers.given_out(version.file, version.file_name, version.media_type)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    listing = _mine(request, pk)
    form = DocumentForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write_document(pk, by=request.user, **form.facts())
            return redirect(made)
        except Refusal as refusal:
            _blame(form, refusal)
    status = 422 if form.is_bound else 200
    return render(request, "listings/document_form.html", {"listing": listing, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def document_revise(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    listing = _mine(request, pk)
    found = get_object_or_404(listing.documents.all(), pk=document_pk)
    form = RevisionForm(*_sent(request), document=found, last=found.versions.first())
    if form.is_bound and form.is_valid():
        try:
            actions.revise_document(pk, document_pk, by=request.user, **form.facts())
            messages.success(request, _("The new version is here; the former ones stay readable."))
            return redirect(found)
        except Refusal as refusal:
            _blame(form, refusal)
    context = {"listing": listing, "form": form, "document": found}
    return render(request, "listings/document_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def document_withdraw(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """`do`: withdraw, or bring_back."""
    if request.POST.get("do") == "bring_back":
        found = actions.bring_back_document(pk, document_pk, by=request.user)
        messages.success(request, _("“%(title)s” can be read again.") % {"title": found})
    else:
        found = actions.withdraw_document(pk, document_pk, by=request.user)
        messages.success(request, _("“%(title)s” is withdrawn. You can bring it back here.") % {"title": found})
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def document_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose for which of one's own things; the copy names its source, its author and its licence."""
    version = readable(request.user, pk)
    form = CopyForm(*_sent(request)[:1], member=request.user, origin=version.document.listing_id)
    if request.method == "POST" and form.is_valid():
        try:
            copy = actions.copy_document(pk, by=request.user, to=int(form.cleaned_data["listing"]))
            messages.success(request, _("The copy is here, with its author and its licence."))
            return redirect(copy)
        except Refusal as refusal:
            _blame(form, refusal)
    context = {
        "form": form, "version": version, "document": version.document, "listing": version.document.listing,
        "licence": licence_of(version.licence),
    }
    return render(request, "listings/document_copy.html", context, status=422 if form.is_bound else 200)


def readable(member, version_pk: int) -> DocumentVersion:
    """A version whose listing the member may see; of a withdrawn document, only for those who look after it."""
    rows = DocumentVersion.objects.select_related("document__listing__community")
    rows = rows.filter(Exists(Listing.objects.visible_to(member).filter(pk=OuterRef("document__listing"))))
    version = get_object_or_404(rows, pk=version_pk)
    if version.document.withdrawn and not looks_after(member, version.document.listing):
        raise Http404
    return version


def licence_of(code: str) -> dict[str, str]:
    """A licence for people: its short name, what it allows, and where its text is."""
    licence = Licence(code)
    return {"name": str(LICENCE_NAMES[licence]), "says": str(licence.label), "url": LICENCE_URLS.get(licence, "")}


def _seen(request: HttpRequest, pk: int, document_pk: int) -> tuple[Document, bool]:
    listing = get_object_or_404(Listing.objects.visible_to(request.user).select_related("community", "owner"), pk=pk)
    cared = looks_after(request.user, listing)
    rows = Document.objects.filter(listing=listing)
    rows = rows if cared else rows.filter(withdrawn=None)
    found = get_object_or_404(rows, pk=document_pk)
    found.listing = listing
    return found, cared


def _source(request: HttpRequest, document: Document) -> Document | None:
    """Where it was copied from, while the reader may see that."""
    if document.source_id is None:
        return None
    seen = Listing.objects.visible_to(request.user).filter(pk=OuterRef("listing"))
    rows = Document.objects.filter(Exists(seen), versions=document.source_id, withdrawn=None)
    return rows.select_related("listing").first()


def _sent(request: HttpRequest) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _mine(request: HttpRequest, pk: int) -> Listing:
    return get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)


def _blame(form, refusal: Refusal) -> None:
    field = "file" if refusal.field == "photo" else refusal.field
    form.add_error(field if field in form.fields else None, str(refusal))
