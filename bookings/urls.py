"""The addresses of this room's pages."""

from django.urls import path

from .views import booking, calendar, changing, choosing, feeds, handover, waiting

urlpatterns = [
    path("listings/<int:pk>/month/", choosing.listing_month, name="listing_month"),
    path("listings/<int:pk>/quote/", choosing.listing_quote, name="listing_quote"),
    path("listings/<int:pk>/book/", choosing.booking_new, name="booking_new"),
    path("listings/<int:pk>/week/", calendar.listing_week, name="listing_week"),
    path("listings/<int:pk>/exceptions/", calendar.listing_exception, name="listing_exception"),
    path("listings/<int:pk>/blocks/", calendar.listing_block, name="listing_block"),
    path("listings/<int:pk>/late-fee/", calendar.listing_late_fee, name="listing_late_fee"),
    path("blocks/<int:pk>/remove/", calendar.claim_remove, name="claim_remove"),
    path("exceptions/<int:pk>/remove/", calendar.exception_remove, name="exception_remove"),
    path("listings/<int:pk>/wait/", waiting.listing_wait, name="listing_wait"),
    path("waiting/", waiting.waiting_list, name="waiting"),
    path("waiting/<int:pk>/<slug:deed>/", waiting.waiting_deed, name="waiting_deed"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendars/<slug:token>.ics", feeds.calendar_file, name="calendar_file"),
    path("settings/calendars/", feeds.settings_calendars, name="settings_calendars"),
    path("settings/calendars/<slug:deed>/", feeds.settings_calendar_deed, name="settings_calendar_deed"),
    path("listings/<int:pk>/calendars/", feeds.listing_calendars, name="listing_calendars"),
    path("listings/<int:pk>/calendars/<slug:deed>/", feeds.listing_calendar_deed, name="listing_calendar_deed"),
    path(
        "listings/<int:pk>/calendars/<int:feed>/<slug:deed>/", feeds.listing_calendar_deed, name="feed_calendar_deed"
    ),
    path("feeds/<int:pk>/<slug:deed>/", feeds.feed_deed, name="feed_deed"),
    path("listings/<int:pk>/handover/", handover.listing_handover, name="listing_handover"),
    path("handovers/photos/<int:pk>/<int:width>.<slug:fmt>", handover.handover_photo, name="handover_photo"),
    path("bookings/<int:pk>/code/", handover.booking_code, name="booking_code"),
    path("bookings/<int:pk>/code/<slug:step>/<slug:code>/", handover.booking_scanned, name="booking_scanned"),
    path("bookings/<int:pk>/times/<slug:phase>/", handover.booking_times, name="booking_times"),
    path("bookings/<int:pk>/pick/<int:slot>/", handover.booking_pick, name="booking_pick"),
    path("bookings/<int:pk>/calendar.ics", feeds.booking_file, name="booking_file"),
    path("bookings/", booking.bookings, name="bookings"),
    path("bookings/of/<int:conversation>/", booking.booking_of, name="booking_of"),
    path("bookings/<int:pk>/", booking.booking, name="booking"),
    path("bookings/<int:pk>/print/", booking.booking_print, name="booking_print"),
    path("bookings/<int:pk>/change/", changing.booking_change, name="booking_change"),
    path("bookings/<int:pk>/change/<slug:answer>/", changing.change_answer, name="change_answer"),
    path("bookings/<int:pk>/late-fee/waiver/", booking.late_fee_waiver, name="late_fee_waiver"),
    path("bookings/<int:pk>/<slug:step>/", booking.booking_step, name="booking_step"),
]
