"""Bookings in the admin: to look at. What happens to them goes through the steps, where each is recorded."""

from django.contrib import admin

from sharing.web.read_only import ReadOnly

from .models import Booking, BookingEvent, Claim, Handover


@admin.register(Booking)
class BookingAdmin(ReadOnly):
    list_display = ("pk", "listing", "borrower", "state", "starts", "ends", "quantity", "community")
    list_filter = ("state",)
    list_select_related = ("listing", "borrower", "community")
    search_fields = ("listing__title", "borrower__name", "borrower__email")


@admin.register(BookingEvent)
class BookingEventAdmin(ReadOnly):
    list_display = ("booking_id", "step", "state", "by", "created")
    list_filter = ("step",)
    list_select_related = ("by",)


@admin.register(Claim)
class ClaimAdmin(ReadOnly):
    list_display = ("pk", "listing", "kind", "starts", "ends", "quantity", "expires")
    list_filter = ("kind",)
    list_select_related = ("listing",)


@admin.register(Handover)
class HandoverAdmin(ReadOnly):
    list_display = ("booking_id", "phase", "side", "by", "created")
    list_filter = ("phase", "side")
    list_select_related = ("by",)
