"""Middleware of the whole house."""

from contextlib import suppress
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import DataError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotFound,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import escape_leading_slashes

from sharing.operations import media
from sharing.web.api.problems import CONTENT_TYPE, problem


class NullBytes:
    """Refuses NUL bytes in paths and query strings: no text of ours holds any, and PostgreSQL cannot store them.

    In a cookie, where they come as octals, one goes unread. Forms and serializers refuse them in bodies, at the field;
    what none of them looked at, and PostgreSQL would not take, is no fault of ours either.
    """

    REFUSED = ("cannot contain NUL", "\\u0000 cannot be converted", "surrogates not allowed", "Unicode surrogate",
               "Unicode high surrogate", "Unicode low surrogate")  # fmt: skip

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("A NUL byte is no text.", content_type="text/plain")
        if "\\0" in request.META.get("HTTP_COOKIE", ""):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in name + value}
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, (DataError, ValueError)) or not any(each in str(error) for each in self.REFUSED):
            return None
        if request.path.startswith("/api/"):
            body = problem(HTTPStatus.BAD_REQUEST, "A NUL byte is no text.", code="invalid")
            return JsonResponse(body, status=HTTPStatus.BAD_REQUEST, content_type=CONTENT_TYPE)
        return HttpResponseBadRequest("A NUL byte is no text.", content_type="text/plain")


class NoTokenInAddress:
    """Leads a GET that carries its form's token to the same page without it: an address is shared and kept.

    A form that is shown again with what is chosen ("show the price first") sends all of its fields.
    """

    TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or self.TOKEN not in request.GET:
            return self.get_response(request)
        asked = request.GET.copy()
        del asked[self.TOKEN]
        path = escape_leading_slashes(request.path)  # two of them would lead to another house
        return HttpResponseRedirect(f"{path}?{asked.urlencode()}" if asked else path)


class Media:
    """Answers for photos in the local folder before a session is looked up or anything is compressed.

    A photo is the same for everyone and compressed already: a page of 24 would otherwise read the
    member 24 times, and `Vary: Cookie` would keep shared caches from keeping what is immutable.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        local = settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage")
        self.prefix = "/media/" if local else None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.prefix or not request.path_info.startswith(self.prefix):
            return self.get_response(request)
        try:
            return media(request, request.path_info.removeprefix(self.prefix))
        except Http404:
            return HttpResponseNotFound("There is no such photo.", content_type="text/plain")


class Private:
    """What a member was shown is theirs alone: no shared cache may keep it, and it goes when they sign out.

    "no-cache" rather than "no-store", so that going back stays instant while one is signed in; at
    sign-out the browser is told to forget the pages it still holds.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        signed_in = request.user.is_authenticated
        if signed_in and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        elif came_signed_in and not signed_in:
            response["Clear-Site-Data"] = '"cache"'
        return response


class ContentPolicy(CSPMiddleware):
    """The policy of the settings for pages; an answer in JSON, which is no page, may load nothing at all."""

    NOTHING = "default-src 'none'; frame-ancestors 'none'"
    JSON = ("application/json", "application/problem+json")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith(self.JSON):
            response.headers[HEADER] = self.NOTHING
            return response
        return super().process_response(request, response)


class PostOnly:
    """Leads whoever opens an address that only takes what is posted to the page it belongs to.

    One gets there by a form that came back with an error: by reloading, by the switch of languages, from history.
    What machines post to (no form of ours, so no token against forgery) answers them as it did.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        match = request.resolver_match
        if match is None or getattr(match.func, "csrf_exempt", False):
            return response
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(_page_above(request.path_info))
        page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
        page["Allow"] = response["Allow"]
        return page


def _page_above(path: str) -> str:
    """The nearest address above that there is; shorter each time, so that it ends at home."""
    while path := path.rstrip("/").rpartition("/")[0]:
        with suppress(Resolver404):
            resolve(f"{path}/")
            return f"{path}/"
    return "/"
