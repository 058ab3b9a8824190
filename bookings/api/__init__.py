"""The API of this room: what is free, what it costs, bookings and every step of them."""

from django.urls import path

from . import calendars, handover, life, lines, series, times, views

urlpatterns = [
    path("calendar/", calendars.MyCalendar.as_view(), name="api_calendar"),
    path("listings/<int:pk>/calendar/", calendars.ListingCalendar.as_view(), name="api_listing_calendar"),
    path("listings/<int:pk>/feeds/", calendars.ListingFeeds.as_view(), name="api_listing_feeds"),
    path("feeds/<int:pk>/", calendars.FeedDetail.as_view(), name="api_feed"),
    path("listings/<int:pk>/availability/", views.Availability.as_view(), name="api_availability"),
    path("listings/<int:pk>/quote/", views.QuoteView.as_view(), name="api_quote"),
    path("listings/<int:pk>/breakage/", lines.Breakage.as_view(), name="api_breakage"),
    path("listings/<int:pk>/series/", series.SeriesNew.as_view(), name="api_series_new"),
    path("listings/<int:pk>/series/preview/", series.SeriesPreview.as_view(), name="api_series_preview"),
    path("series/<int:pk>/", series.SeriesDetail.as_view(), name="api_series"),
    path("series/<int:pk>/<slug:deed>/", series.SeriesDeed.as_view(), name="api_series_deed"),
    path("waiting/", lines.Waiting.as_view(), name="api_waiting"),
    path("waiting/<int:pk>/<slug:deed>/", lines.WaitingDeed.as_view(), name="api_waiting_deed"),
    path("listings/<int:pk>/times/", times.ListingTimes.as_view(), name="api_listing_times"),
    path("listings/<int:pk>/blocks/", times.Blocks.as_view(), name="api_blocks"),
    path("blocks/<int:pk>/", times.BlockDetail.as_view(), name="api_block"),
    path("communities/<slug:slug>/fair-use/", times.CommunityFairUse.as_view(), name="api_community_fair_use"),
    path("approvals/", times.Approvals.as_view(), name="api_approvals"),
    path("approvals/<int:pk>/", times.ApprovalDetail.as_view(), name="api_approval"),
    path("bookings/", views.BookingList.as_view(), name="api_bookings"),
    path("bookings/<int:pk>/", views.BookingDetail.as_view(), name="api_booking"),
    path("bookings/<int:pk>/cancellation/", life.Cancellation.as_view(), name="api_cancellation"),
    path("bookings/<int:pk>/changes/", life.Changes.as_view(), name="api_changes"),
    path("bookings/<int:pk>/changes/preview/", life.ChangePreview.as_view(), name="api_change_preview"),
    path("bookings/<int:pk>/changes/<int:change>/<slug:answer>/", life.ChangeAnswer.as_view(), name="api_change"),
    path("bookings/<int:pk>/late-fee/waiver/", life.LateFeeWaiver.as_view(), name="api_late_fee_waiver"),
    path("listings/<int:pk>/late-fee/", life.LateFeeRule.as_view(), name="api_late_fee"),
    path("bookings/<int:pk>/code/", handover.BookingCode.as_view(), name="api_booking_code"),
    path("bookings/<int:pk>/meetings/", handover.BookingMeetings.as_view(), name="api_booking_meetings"),
    path("bookings/<int:pk>/meetings/<int:slot>/pick/", handover.MeetingPick.as_view(), name="api_meeting_pick"),
    path("listings/<int:pk>/handover/", handover.ListingPlan.as_view(), name="api_listing_handover"),
    path("handovers/photos/<int:pk>/<int:width>.<slug:fmt>", handover.PhotoFile.as_view(), name="api_handover_photo"),
    path("bookings/<int:pk>/<slug:step>/", views.BookingStep.as_view(), name="api_booking_step"),
]
