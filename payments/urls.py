"""The addresses of this room's pages."""

from django.urls import path

from . import gateway_views, views
from .cards import views as cards
from .credit import views as credit
from .years import views as years

urlpatterns = [
    path("payments/cards/<int:pk>/pay/", cards.pay, name="card_pay"),
    path("payments/cards/<int:pk>/back/", cards.back, name="card_back"),
    path("payments/stripe/letters/", cards.letter, name="card_letters"),
    path("settings/cards/", cards.account, name="card_account"),
    path("c/<slug:slug>/settings/payments/", gateway_views.switches, name="community_gateways"),
    path("c/<slug:slug>/books/cards/", cards.desk, name="card_desk"),
    path("c/<slug:slug>/books/cards/<int:pk>/again/", cards.retry, name="card_retry"),
    path("c/<slug:slug>/books/cards/<int:pk>/stand-in/", cards.stand_in, name="card_stand_in"),
    path("payments/", views.wallet, name="wallet"),
    path("payments/<int:pk>/", views.payment, name="payment"),
    path("payments/<int:pk>/letter/", views.mail_receipt, name="payment_letter"),
    path("payments/credit/<slug:slug>/", credit.mine, name="credit"),
    path("payments/credit/<slug:slug>/<int:year>.csv", credit.year_csv, name="credit_csv"),
    path("c/<slug:slug>/credit/", credit.plan, name="credit_plan"),
    path("c/<slug:slug>/credit/<int:member>/", credit.limit, name="credit_limit"),
    path("payments/years/<int:year>/", years.year, name="payments_year"),
    path("payments/years/<int:year>.csv", years.year_csv, name="payments_year_csv"),
    path("payments/<int:pk>/confirmation/", views.confirm, name="payment_confirm"),
    path("payments/wallets/<slug:slug>/", views.wallet_entries, name="wallet_entries"),
]
