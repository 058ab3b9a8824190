"""Showing a message to the stewards, with what was said around it; and what they do about it.

What is shown is written down as it stood, so that nothing that happens to the message or its author afterwards
takes the evidence away. Whoever wrote it does not learn who showed it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members import actions as members
from members import queries
from members.models import Community, Member, Membership
from members.states import Role
from sharing.web.refusals import Refusal

from .. import frames
from ..models import Message, Report
from ..states import MessageKind, ReportReason, Ruling
from ..writer import NotInside
from . import changing
from .messages import seat_of
from .notices import notify, notify_all

AROUND = 5
LONGEST_NOTE, LONGEST_WORD = 1000, 500


def report(
    conversation_id: int, sequence: int, *, by: Member, reason: str = ReportReason.OTHER, note: str = "",
    community: Community | None = None,
) -> Report:
    """Show a line to the stewards: of the community the conversation belongs to, else of one both are in."""
    seat = seat_of(conversation_id, by)
    lines = Message.objects.filter(conversation=conversation_id, sequence__gt=seat.from_seq).select_related("author")
    line = lines.filter(sequence=sequence).prefetch_related("earlier", "photos").first()
    if line is None or line.kind == MessageKind.EVENT or line.author is None:
        raise NotInside()
    if line.author_id == by.pk:
        raise Refusal(_("This is your own message. You can delete it."), code="your_own")
    if reason not in ReportReason.values:
        raise Refusal(_("Choose what is wrong with it."), field="reason", code="invalid")
    note = note.strip()
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_NOTE}, field="note", code="too_long")
    concerned = _judges(seat.conversation.community or _concerned(by, line.author, community), line.author)
    near = lines.filter(sequence__gte=sequence - AROUND, sequence__lte=sequence + AROUND).order_by("sequence")
    with transaction.atomic():
        row, new = Report.objects.get_or_create(
            message=line, reporter=by,
            defaults={
                "community": concerned, "author": line.author, "reason": reason, "note": note,
                "evidence": _evidence(line, [each for each in near if each.pk != line.pk]),
            },
        )
        if new:
            _tell_the_stewards(row)
    return row


def _concerned(by: Member, author: Member, wanted: Community | None) -> Community | None:
    """A community both are in; whoever reports may choose which."""
    shared = list(queries.shared_communities(by, author)[:50])
    return next((each for each in shared if wanted is not None and each.pk == wanted.pk), shared[0] if shared else None)


def _judges(concerned: Community | None, author: Member) -> Community | None:
    """The community, if it has a steward besides who wrote it; else it is for those who run the house."""
    if concerned is None or any(each.pk != author.pk for each in queries.stewards(concerned)):
        return concerned
    return None


def _evidence(line: Message, around: list[Message]) -> dict[str, Any]:
    before = sorted(line.earlier.all(), key=lambda row: row.pk)
    earlier = [{"body": row.body, "until": frames.stamp(row.until)} for row in before]
    photos = [photo.pk for photo in line.photos.all()]
    return {"line": _kept(line), "earlier": earlier, "photos": photos, "around": [_kept(each) for each in around]}


def _kept(line: Message) -> dict[str, Any]:
    return {
        "sequence": line.sequence, "author": line.author_id, "name": str(line.author) if line.author else "",
        "body": line.body, "kind": line.kind, "created": frames.stamp(line.created),
        "deleted": line.deleted is not None, "place": (line.data or {}).get("place", {}).get("name", ""),
    }


def _tell_the_stewards(row: Report) -> None:
    if row.community is None:
        whom = list(Member.objects.filter(is_staff=True, is_active=True)[:20])
    else:
        whom = [each for each in queries.stewards(row.community) if each.pk not in (row.reporter_id, row.author_id)]
    community = row.community
    notify_all(
        whom, kind="report",
        title=lambda: _("A message was reported in %(community)s")
        % {"community": community.name if community else _("the house")},
        url=url_of(row), key=f"report:{row.pk}", answering=whom,
    )


def url_of(row: Report) -> str:
    if row.community is None:
        return reverse("house_report", args=[row.pk])
    return reverse("community_report", args=[row.community.slug, row.pk])


def rule_on(
    report_id: int, ruling: str, *, by: Member, word: str = "", now: datetime | None = None
) -> Report:
    """Do something about a report, once; what others reported of the same message is answered with it.

    word: what is said to the author (warned, taken down), in the stewards' own words.
    """
    now, word = now or timezone.now(), word.strip()
    if ruling not in Ruling.values or ruling == Ruling.OPEN:
        raise Refusal(_("Choose what to do."), field="ruling", code="invalid")
    if len(word) > LONGEST_WORD or "\x00" in word:
        raise Refusal(_("Keep it under %(n)d characters.") % {"n": LONGEST_WORD}, field="word", code="too_long")
    with transaction.atomic():
        row = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report_id)
        _may_rule(row, by)
        if row.ruling != Ruling.OPEN:
            raise Refusal(_("This report has been answered already."), code="answered")
        if ruling == Ruling.WARNED and not word:
            raise Refusal(_("Write what you want to say to them."), field="word", code="invalid")
        _carry_out(row, ruling, by, word, now)
        same = Report.objects.filter(pk=row.pk)
        if row.message_id is not None:
            same |= Report.objects.filter(message=row.message_id, community=row.community_id, ruling=Ruling.OPEN)
        reports = list(same.select_related("reporter", "community"))
        Report.objects.filter(pk__in=[each.pk for each in reports]).update(
            ruling=ruling, word=word, ruled_by=by, ruled=now
        )
        for each in reports:
            _tell_the_reporter(each, ruling)
    row.refresh_from_db()
    return row


def _may_rule(row: Report, by: Member) -> None:
    """The stewards of the community, but for whoever is a party to it; the house's own where there is none."""
    if row.community_id is None:
        allowed = by.is_staff
    else:
        mine = queries.membership(by, row.community_id)
        allowed = mine is not None and mine.role == Role.STEWARD
    if not allowed:
        raise Report.DoesNotExist
    if by.pk == row.author_id:
        raise Refusal(_("This is about yourself: another steward has to look at it."), code="your_own")


def _carry_out(row: Report, ruling: str, by: Member, word: str, now: datetime) -> None:
    author = Member.objects.filter(pk=row.author_id, is_active=True).first() if row.author_id else None
    if ruling == Ruling.TAKEN_DOWN and row.message_id is not None:
        changing.take_down(row.message_id, now=now)
    if ruling == Ruling.SENT_OFF:
        seats = Membership.objects.active().filter(member=author, community=row.community_id) if author else ()
        seat = next(iter(seats), None) if row.community_id else None
        if seat is None:
            raise Refusal(_("They do not belong to this community any more."), field="ruling", code="gone")
        members.remove(seat.pk, by=by)
    if author is not None and ruling in (Ruling.WARNED, Ruling.TAKEN_DOWN):
        notify(
            author, kind="report", title=lambda: _to_author(ruling), body=word or row.evidence["line"]["body"][:200],
            url=reverse("messages"), key=f"ruling:{row.pk}", needs_answer=True,
        )


def _tell_the_reporter(row: Report, ruling: str) -> None:
    notify(
        row.reporter, kind="report", title=lambda: _to_reporter(ruling), url=reverse("messages"),
        key=f"reported:{row.pk}",
    )


def _to_author(ruling: str) -> str:
    if ruling == Ruling.WARNED:
        return _("The stewards have a word with you about something you wrote")
    return _("The stewards have removed a message of yours")


def _to_reporter(ruling: str) -> str:
    return {
        Ruling.DISMISSED: _("The stewards have looked at what you reported, and leave it as it is"),
        Ruling.WARNED: _("The stewards have had a word about what you reported"),
        Ruling.TAKEN_DOWN: _("The message you reported was removed"),
        Ruling.SENT_OFF: _("Who wrote what you reported no longer belongs to the community"),
    }[Ruling(ruling)]
