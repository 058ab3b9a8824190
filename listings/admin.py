"""Listings in the administration: to look and to take down, not to rewrite what members said.

Changes go through the actions, so that postings, versions and guards stay true; here is only read,
and two deeds: take down, and take down for good.
"""

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sharing.web.read_only import ReadOnly

from .actions.desk import put_back
from .models import Category, Listing, Photo
from .states import ListingState


@admin.register(Category)
class CategoryAdmin(ReadOnly):
    list_display = ("slug", "kind", "parent", "position")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("slug",)


class PhotoInline(admin.TabularInline):
    model = Photo
    fields = ("position", "alt", "width", "height", "created")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Listing)
class ListingAdmin(ReadOnly):
    list_display = ("title", "kind", "state", "owner", "community", "visibility", "published")
    list_filter = ("kind", "state", "visibility", "terms")
    list_select_related = ("owner", "community")
    search_fields = ("title", "owner__email", "community__slug")
    # An exact place is not the administration's to read either.
    exclude = ("lat", "lon", "x", "y", "z", "tile", "address")
    inlines = (PhotoInline,)
    show_full_result_count = False
    actions = ("take_down", "put_away")

    @admin.action(description=_("Take down the chosen listings for now"), permissions=("moderate",))
    def take_down(self, request: HttpRequest, queryset) -> None:
        self._bring_to(ListingState.PAUSED, request, queryset.filter(state=ListingState.PUBLISHED))

    @admin.action(description=_("Put the chosen listings into the archive"), permissions=("moderate",))
    def put_away(self, request: HttpRequest, queryset) -> None:
        self._bring_to(ListingState.ARCHIVED, request, queryset.exclude(state=ListingState.ARCHIVED))

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("listings.change_listing")

    def _bring_to(self, state: ListingState, request: HttpRequest, queryset) -> None:
        count = 0
        for pk in list(queryset.values_list("pk", flat=True)):
            with transaction.atomic():
                listing = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
                listing.state = state
                put_back(listing)
                self.log_change(request, listing, state.label)
                count += 1
        words = ngettext("%(count)s listing is taken down.", "%(count)s listings are taken down.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
