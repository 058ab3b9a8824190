"""The API of this room: what is free, what it costs, bookings and every step of them."""

from django.urls import path

from . import views

urlpatterns = [
    path("listings/<int:pk>/availability/", views.Availability.as_view(), name="api_availability"),
    path("listings/<int:pk>/quote/", views.QuoteView.as_view(), name="api_quote"),
    path("bookings/", views.BookingList.as_view(), name="api_bookings"),
    path("bookings/<int:pk>/", views.BookingDetail.as_view(), name="api_booking"),
    path("bookings/<int:pk>/<slug:step>/", views.BookingStep.as_view(), name="api_booking_step"),
]
