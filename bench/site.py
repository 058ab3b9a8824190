"""The trivial page that servers are compared by: one row by its primary key, two words of text; beside our own."""

from django.db import connection
from django.http import HttpResponse
from django.urls import include, path


def trivial(request):
    with connection.cursor() as cursor:
        cursor.execute("select id from django_content_type where id = 1")
        cursor.fetchone()
    return HttpResponse("as trivial")


urlpatterns = [path("trivial", trivial), path("", include("sharing.urls"))]
