"""What the pages of talk have in common: numbers out of addresses, parts of pages, a refusal as a page says it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sharing.web.refusals import Refusal

from .. import dressing, threads
from ..models import Conversation
from ..writer import NotInside

PART = "X-Part"  # asked with this header, a page answers a part of itself to the browser's own script


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def asks_for(request: HttpRequest, part: str) -> bool:
    return request.headers.get(PART) == part


def thread_of(
    request: HttpRequest, mine: Conversation | int, before: int | None = None, after: int | None = None
) -> threads.Thread:
    """The conversation as this member reads it, ready to be drawn; 404 to strangers."""
    try:
        return dressing.dressed(threads.load(mine, request.user, before=before, after=after), request)
    except NotInside:
        raise Http404 from None


def lines_of(request: HttpRequest, pk: int, sequences: list[int]) -> list[threads.Line]:
    """Some lines of a conversation, ready to be drawn; 404 to strangers and for lines that are not there."""
    try:
        said = threads.some(pk, request.user.pk, sequences)
    except NotInside:
        raise Http404 from None
    lines = [threads.Line(message, request.user.pk) for message in said]
    dressing.dress(lines, request, first=threads.reads_from(pk, request.user.pk))
    return lines


def drawn(request: HttpRequest, lines: list[threads.Line], status: int = 200) -> HttpResponse:
    """The lines alone, as they stand in a page."""
    facts = {"lines": lines, "thread": threads.Surroundings.of(lines[0].message.conversation, request.user)}
    return render(request, "messaging/_some_lines.html", facts, status=status)


def in_a_sentence(refusal: Refusal | str, status: int) -> HttpResponse:
    """To the browser's own script: the sentence alone."""
    return HttpResponse(str(refusal), content_type="text/plain; charset=utf-8", status=status)
