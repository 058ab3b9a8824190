"""The addresses of this room's pages."""

from django.urls import path

from .views import books, care, decisions, delegates, desk, dividends, fees, opening, projects

urlpatterns = [
    path("c/<slug:slug>/books/", books.page, name="books"),
    path("c/<slug:slug>/open-books/", opening.public, name="open_books"),
    path("c/<slug:slug>/open-books/switch/", opening.switch, name="open_books_switch"),
    path("c/<slug:slug>/books/entries.csv", books.as_csv, name="books_csv"),
    path("c/<slug:slug>/books/entries.json", books.as_json, name="books_json"),
    path("c/<slug:slug>/books/seal/", books.seal, name="books_seal"),
    path("c/<slug:slug>/books/check/", books.verify, name="books_verify"),
    path("c/<slug:slug>/books/<int:sequence>/", books.entry, name="books_entry"),
    path("c/<slug:slug>/projects/", projects.index, name="projects"),
    path("c/<slug:slug>/projects/<int:pk>/close/", projects.close, name="project_close"),
    path("c/<slug:slug>/desk/", desk.desk, name="desk"),
    path("c/<slug:slug>/desk/cash/", desk.cash, name="desk_cash"),
    path("c/<slug:slug>/fee/", fees.fee, name="fee_policy"),
    path("c/<slug:slug>/fee/preview/", fees.preview, name="fee_preview"),
    path("c/<slug:slug>/care/", care.index, name="care"),
    path("c/<slug:slug>/care/new/", care.new, name="care_new"),
    path("c/<slug:slug>/care/<int:pk>/", care.page, name="care_task"),
    path("c/<slug:slug>/care/<int:pk>/edit/", care.edit, name="care_edit"),
    path("c/<slug:slug>/care/<int:pk>/<slug:step>/", care.step, name="care_step"),
    path("c/<slug:slug>/decisions/", decisions.index, name="proposals"),
    path("c/<slug:slug>/decisions/new/", decisions.new, name="proposal_new"),
    path("c/<slug:slug>/decisions/delegates/", delegates.page, name="delegates"),
    path("c/<slug:slug>/decisions/delegates/<int:pk>/end/", delegates.revoke, name="delegate_end"),
    path("c/<slug:slug>/decisions/<int:number>/", decisions.page, name="proposal"),
    path("c/<slug:slug>/decisions/<int:number>/dividend/", dividends.page, name="dividend"),
    path("c/<slug:slug>/decisions/<int:number>/dividend.csv", dividends.as_csv, name="dividend_csv"),
    path("c/<slug:slug>/decisions/<int:number>/dividend/leave/", dividends.leave, name="dividend_leave"),
    path("c/<slug:slug>/decisions/<int:number>/talk/", decisions.talk, name="proposal_talk"),
    path("c/<slug:slug>/decisions/<int:number>/papers/", decisions.paper, name="proposal_paper"),
    path("c/<slug:slug>/decisions/<int:number>/papers/<int:pk>/", decisions.paper_file, name="proposal_paper_file"),
    path("c/<slug:slug>/decisions/<int:number>/edit/", decisions.edit, name="proposal_edit"),
    path("c/<slug:slug>/decisions/<int:number>/ballot/", decisions.ballot, name="proposal_ballot"),
    path("c/<slug:slug>/decisions/<int:number>/<slug:step>/", decisions.step, name="proposal_step"),
]
