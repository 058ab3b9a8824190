"""The addresses of this room's pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("payments/", views.wallet, name="wallet"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/confirmation/", views.confirm, name="payment_confirm"),
    path("payments/wallets/<slug:slug>/", views.wallet_entries, name="wallet_entries"),
]
