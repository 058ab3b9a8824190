"""What the host sees of letters: who cannot be reached and why, and what is on its way."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .models import Delivery, Letterbox
from .notices import sending


class _Seen(admin.ModelAdmin):
    """To be looked at, not written."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.action(description=_("Send again what is parked"))
def send_again(_admin, request: HttpRequest, boxes) -> None:
    for box in boxes.select_related("member"):
        sending.try_again(box.member)


@admin.register(Letterbox)
class LetterboxAdmin(_Seen):
    list_display = ("address", "parked", "trouble")
    list_filter = (("parked", admin.EmptyFieldListFilter),)
    search_fields = ("address",)
    ordering = ("-parked",)
    actions = (send_again,)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).exclude(address="")


@admin.register(Delivery)
class DeliveryAdmin(_Seen):
    list_display = ("member", "way", "topic", "due", "attempts", "sent", "parked", "trouble")
    list_filter = ("way", ("parked", admin.EmptyFieldListFilter), ("sent", admin.EmptyFieldListFilter))
    list_select_related = ("member",)
    ordering = ("-pk",)
