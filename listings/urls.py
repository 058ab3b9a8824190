"""The addresses of this room's pages."""

from django.urls import path

from . import views
from .search.urls import urlpatterns as search_urls
from .views import saved, wants

urlpatterns: list = [
    *search_urls,
    path("settings/searches/", saved.saved, name="saved_searches"),
    path("settings/searches/new/", saved.save, name="saved_search_new"),
    path("settings/searches/<int:pk>/", saved.change, name="saved_search"),
    path("settings/searches/<int:pk>/delete/", saved.delete, name="saved_search_delete"),
    path("settings/searches/<int:pk>/restore/", saved.put_back, name="saved_search_put_back"),
    path("listings/new/", views.new, name="listing_new"),
    path("wants/", wants.wants, name="wants"),
    path("wants/new/", wants.new, name="want_new"),
    path("wants/<int:pk>/", wants.want, name="want"),
    path("wants/<int:pk>/<slug:verb>/", wants.act, name="want_act"),
    path("listings/import/", views.imports, name="imports"),
    path("listings/import/<int:pk>/", views.import_page, name="import"),
    path("listings/import/<int:pk>/to-mend.csv", views.import_wrong_rows, name="import_wrong_rows"),
    path("listings/import/<int:pk>/<slug:verb>/", views.import_act, name="import_act"),
    path("listings/export/", views.take_out, name="listings_export"),
    path("listings/mine/", views.mine, name="my_listings"),
    path("listings/<int:pk>/", views.listing, name="listing"),
    path("listings/<int:pk>/edit/", views.edit, name="listing_edit"),
    path("listings/<int:pk>/edit/<slug:step>/", views.step, name="listing_step"),
    path("listings/<int:pk>/life/<slug:verb>/", views.act, name="listing_act"),
    path("listings/<int:pk>/photos/", views.photos, name="listing_photos"),
    path("listings/<int:pk>/photos/order/", views.order, name="listing_photos_order"),
    path("listings/<int:pk>/around/", views.around, name="listing_around"),
    path("listings/<int:pk>/history/", views.listing_history, name="listing_history"),
    path("listings/<int:pk>/history/<int:version>/restore/", views.restore_version, name="listing_history_restore"),
    path("listings/<int:pk>/documents/new/", views.document_new, name="document_new"),
    path("listings/<int:pk>/documents/<int:document_pk>/", views.document, name="document"),
    path("listings/<int:pk>/documents/<int:document_pk>/revise/", views.document_revise, name="document_revise"),
    path("listings/<int:pk>/documents/<int:document_pk>/withdraw/", views.document_withdraw, name="document_withdraw"),
    path("documents/<int:pk>/file/", views.document_file, name="document_file"),
    path("documents/<int:pk>/copy/", views.document_copy, name="document_copy"),
    path("listings/<int:pk>/kit/", views.kit, name="listing_kit"),
    path("listings/<int:pk>/label/", views.label, name="listing_label"),
    path("i/<slug:code>/", views.scanned, name="label"),
    path("c/<slug:slug>/inventory/", views.inventory, name="inventory"),
    path("c/<slug:slug>/labels/", views.labels, name="labels"),
    path("listings/<int:pk>/photos/<int:photo_pk>/edit/", views.picture_edit, name="listing_photo_edit"),
    path("listings/<int:pk>/photos/<int:photo_pk>/", views.picture, name="listing_photo"),
    path("c/<slug:slug>/categories/", views.shelves, name="community_shelves"),
    path("c/<slug:slug>/categories/<int:pk>/remove/", views.remove_category, name="community_category_remove"),
    path("c/<slug:slug>/questions/<int:pk>/remove/", views.remove_question, name="community_question_remove"),
    path("c/<slug:slug>/words/", views.words, name="community_words"),
    path("c/<slug:slug>/words/<int:pk>/remove/", views.remove_word, name="community_word_remove"),
]
