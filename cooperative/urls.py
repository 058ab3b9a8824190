"""The addresses of this room's pages."""

from django.urls import path

from .views import books, decisions, desk, fees

urlpatterns = [
    path("c/<slug:slug>/books/", books.page, name="books"),
    path("c/<slug:slug>/books/entries.csv", books.as_csv, name="books_csv"),
    path("c/<slug:slug>/books/check/", books.verify, name="books_verify"),
    path("c/<slug:slug>/books/<int:sequence>/", books.entry, name="books_entry"),
    path("c/<slug:slug>/desk/", desk.desk, name="desk"),
    path("c/<slug:slug>/desk/cash/", desk.cash, name="desk_cash"),
    path("c/<slug:slug>/fee/", fees.fee, name="fee_policy"),
    path("c/<slug:slug>/fee/preview/", fees.preview, name="fee_preview"),
    path("c/<slug:slug>/decisions/", decisions.index, name="proposals"),
    path("c/<slug:slug>/decisions/new/", decisions.new, name="proposal_new"),
    path("c/<slug:slug>/decisions/<int:number>/", decisions.page, name="proposal"),
    path("c/<slug:slug>/decisions/<int:number>/edit/", decisions.edit, name="proposal_edit"),
    path("c/<slug:slug>/decisions/<int:number>/ballot/", decisions.ballot, name="proposal_ballot"),
    path("c/<slug:slug>/decisions/<int:number>/<slug:step>/", decisions.step, name="proposal_step"),
]
