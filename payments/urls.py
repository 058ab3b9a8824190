"""The addresses of this room's pages."""

from django.urls import path

from . import views
from .years import views as years

urlpatterns = [
    path("payments/", views.wallet, name="wallet"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/letter/", views.mail_receipt, name="payment_letter"),
    path("payments/years/<int:year>/", years.year, name="payments_year"),
    path("payments/years/<int:year>.csv", years.year_csv, name="payments_year_csv"),
    path("payments/<int:pk>/confirmation/", views.confirm, name="payment_confirm"),
    path("payments/wallets/<slug:slug>/", views.wallet_entries, name="wallet_entries"),
]
