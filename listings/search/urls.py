"""The addresses of search, places and the map's names; part of `listings.urls`."""

from django.urls import path

from ..places import views as places
from . import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/facets/", views.facets, name="search_facets"),
    path("search/suggest/", views.suggest, name="search_suggest"),
    path("places/", places.places, name="places"),
    path("places/labels/", places.labels, name="place_labels"),
]
