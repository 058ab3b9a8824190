"""What a program asked for, or a problem that says what is wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from ..actions import NotASteward, NotInside

LARGEST = 2**63 - 1


def valid(kind: type[serializers.Serializer], request: Request) -> dict:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    raw = request.query_params.get(name, "")
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) < 20 and least <= int(raw) <= most):
        sentence = _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise serializers.ValidationError({name: [sentence]})
    return int(raw)


def yes_or_no(request: Request, name: str) -> bool | None:
    """A choice of two; None where it was left open."""
    raw = request.query_params.get(name, "")
    try:
        return serializers.BooleanField().run_validation(raw) if raw else None
    except serializers.ValidationError as wrong:
        raise serializers.ValidationError({name: wrong.detail}) from None


@contextmanager
def strangers_find_nothing() -> Iterator[None]:
    """What is not theirs does not exist for them."""
    try:
        yield
    except (NotInside, NotASteward, ObjectDoesNotExist):
        raise Http404 from None
