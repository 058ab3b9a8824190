"""Bringing a catalogue in: begun, matched, tried, written, taken back.

The work goes in slices of some seconds, each slice in batches, each batch in one transaction that
also notes how far it got: a killed worker leaves nothing half done, and what is asked twice happens
once. Memory stays flat, for the file is read row by row.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from listings.actions import archive, delete, describe_photo, update
from listings.actions.desk import put_back
from listings.actions.facts import keep_beside, may_list
from listings.actions.inventory import number_new
from listings.actions.knowledge import revise_document, write_document
from listings.models import (
    CatalogueImport,
    Document,
    DocumentVersion,
    ImportedItem,
    ImportProblem,
    ImportState,
    Stop,
)
from listings.search import index
from listings.states import Kind, ListingState
from members.models import Community, Member
from messaging import actions as messaging
from sharing.web.refusals import Refusal

from . import asked, columns, documents, kits, packed, sheets
from .rows import CHANGED, NEW, SAME, WRONG, Judge, Verdict, alts_to_change

BATCH = 100
SLICE_S = 10.0
MOST_PROBLEMS = 1000
MOST_KEPT = 10
COUNTS = (NEW, CHANGED, SAME, WRONG)


class ImportRefused(Refusal):
    """A step that this import cannot take now, or columns that do not go together."""

    code = "import_refused"


def begin(
    *, by: Member, community: Community, commons: bool, kind: str, publish: bool, sheet: File, pictures: File | None
) -> CatalogueImport:
    """Keep the file and see what its columns are. `sheet` may be a ZIP with the list and its photos."""
    may_list(by, community, commons)
    file, from_zip = sheets.unpacked(cast(BinaryIO, sheet))
    head = sheets.look_through(file)
    if from_zip and pictures is None:
        pictures = sheet
    elif pictures is not None:
        try:
            packed.check_size(cast(BinaryIO, pictures))
        except packed.ZipRefused as refusal:
            raise ImportRefused(str(refusal), field="pictures") from refusal
    stem = f"imports/{uuid.uuid4().hex}"
    file.seek(0)
    kept = default_storage.save(f"{stem}.csv", File(file))
    photos = ""
    if pictures is not None:
        pictures.seek(0)
        photos = default_storage.save(f"{stem}.zip", pictures)
    _put_away_old_files(by)
    return CatalogueImport.objects.create(
        member=by, community=community, commons=commons, kind=kind, publish=publish, name=(sheet.name or "")[-120:],
        sheet=kept, pictures=photos, encoding=head.encoding, delimiter=head.delimiter, headers=head.headers,
        sample=head.sample, rows=head.rows, mapping=asked.guessed(head.headers, community.pk),
    )  # fmt: skip


def match(run_id: int, mapping: list[str], *, by: Member) -> CatalogueImport:
    """Say what each column holds; every row is then tried without writing anything."""
    with _mine(run_id, by, ImportState.MATCHING, ImportState.CHECKED) as run:
        known = asked.columns_of(run.community_id)
        if len(mapping) != len(run.headers) or any(name and name not in known for name in mapping):
            raise ImportRefused(_("These are not the columns of this list."))
        given = [name for name in mapping if name]
        for place, name in enumerate(mapping):
            if name and name not in columns.JOINED and name in mapping[:place]:
                raise ImportRefused(_("Two columns cannot both be this."), field=f"column_{place}")
        if "title" not in given:
            raise ImportRefused(_("Say which column holds the name of each thing."))
        run.mapping = mapping
        _start(run, ImportState.CHECKING)
    return run


def bring_in(run_id: int, *, by: Member) -> CatalogueImport:
    """Write what the trial found good."""
    with _mine(run_id, by, ImportState.CHECKED) as run:
        if not run.good:
            raise ImportRefused(_("There is nothing to bring in."))
        _start(run, ImportState.RUNNING)
    return run


def take_back(run_id: int, *, by: Member) -> CatalogueImport:
    """Put away all that this import added: drafts go, what others may have seen goes to the archive."""
    with _mine(run_id, by, ImportState.DONE) as run:
        run.state, run.at, run.moved = ImportState.UNDOING, 0, timezone.now()
        run.save()
        _ask(run.pk)
    return run


def match_again(run_id: int, *, by: Member) -> CatalogueImport:
    with _mine(run_id, by, ImportState.CHECKED) as run:
        run.state = ImportState.MATCHING
        run.save()
    return run


def work_on(run_id: int) -> bool:
    """A slice of the work; True when there is more to do. Called by tasks only."""
    run = CatalogueImport.objects.select_related("community", "member").filter(pk=run_id).first()
    if run is None or not run.is_at_work:
        return False
    with translation.override(run.member.language):
        if run.state == ImportState.UNDOING:
            return _take_back_some(run)
        try:
            may_list(run.member, run.community, run.commons)
            return _go_on(run)
        except Refusal as refusal:
            return _fail(run, str(refusal))
        except FileNotFoundError:
            return _fail(run, _("The file is not kept any more. Please bring it again."))


# --- going through the rows -----------------------------------------------------------------------


def _go_on(run: CatalogueImport) -> bool:
    writes, state, ends = run.state == ImportState.RUNNING, run.state, time.monotonic() + SLICE_S
    judge = Judge(run)
    if not run.sheet:
        raise FileNotFoundError
    with default_storage.open(run.sheet) as file:
        lines = sheets.rows_from(cast(BinaryIO, file), run.encoding, run.delimiter, 0)
        for number, cells in islice(lines, run.at):
            judge.remember(judge.row(number, cells))
        while batch := [judge.row(number, cells) for number, cells in islice(lines, BATCH)]:
            verdicts = judge.judge(batch)
            with transaction.atomic():
                locked = CatalogueImport.objects.select_for_update().get(pk=run.pk)
                if (locked.state, locked.at) != (state, run.at):
                    return False  # somebody else is at it
                if writes:
                    verdicts = _written(run, verdicts)
                _note(run, verdicts)
                run.at += len(batch)
                run.moved = timezone.now()
                run.save()
            if time.monotonic() > ends:
                return True
    _finish(run)
    return run.state == ImportState.DONE and bool(run.pictures_due)


def _written(run: CatalogueImport, verdicts: list[Verdict]) -> list[Verdict]:
    """Write what is new or changed; what is refused only now is wrong after all."""
    after, items, unnumbered = [], [], []
    told: list[tuple[Document, DocumentVersion]] = []
    ways: list[Stop] = []
    made: dict[str, int] = {}
    for verdict in verdicts:
        try:
            if verdict.what in (NEW, CHANGED):
                with transaction.atomic():
                    new = _write(run, verdict)
                    _keep_parts(run, verdict, made)
                items += new
                made.update({item.key: item.listing_id for item in new})
                if verdict.what == NEW and verdict.listing is not None and verdict.listing.is_commons:
                    unnumbered.append((verdict.listing, verdict.row.own_number))
                if verdict.what == NEW:
                    told += verdict.written
                    ways += verdict.way
        except Refusal as refusal:
            field = columns.KIT if refusal.field in ("part", "quantity") else refusal.field or ""
            verdict = Verdict(verdict.row, WRONG, [(field, str(refusal))])
        after.append(verdict)
    number_new(run.community, unnumbered)
    ImportedItem.objects.bulk_create(items)
    Stop.objects.bulk_create(ways)
    Document.objects.bulk_create(document for document, _version in told)
    DocumentVersion.objects.bulk_create(version for _document, version in told)
    return after


def _write(run: CatalogueImport, verdict: Verdict) -> list[ImportedItem]:
    listing, item = verdict.listing, verdict.item
    assert listing is not None
    if verdict.what == NEW:
        if run.publish and listing.kind != Kind.RIDE:  # when a ride sets off its driver says first
            listing.state, listing.published = ListingState.PUBLISHED, timezone.now()
        put_back(listing, verdict.kind_facts)
        if beside := {name: verdict.facts[name] for name in ("free_to", "attributes") if verdict.facts.get(name)}:
            keep_beside(listing, beside, run.member)
            index.rewrite(listing)  # found by what it answers, too
        due = verdict.pictures if run.pictures else []
        run.pictures_due += len(due)
        return [
            ImportedItem(
                scope=run.scope, key=verdict.row.key, listing=listing, digest=verdict.row.digest, pictures=due, run=run
            )
        ]
    update(listing.pk, by=run.member, facts=verdict.facts)
    _revise(run, verdict)
    for photo, alt in alts_to_change(listing, verdict.alts):
        describe_photo(listing.pk, photo, alt, by=run.member)
    if item is not None:
        ImportedItem.objects.filter(pk=item.pk).update(digest=verdict.row.digest)
    return []


def _revise(run: CatalogueImport, verdict: Verdict) -> None:
    """Another version of each document that says something else now; what is not there yet is added."""
    assert verdict.listing is not None
    number = verdict.listing.pk
    try:
        for paper, document, last in documents.fitting(verdict.papers, verdict.listing):
            author = paper.author or getattr(last, "author", "")
            says = paper.text, paper.licence, author
            if document is None or last is None:
                if paper.text:
                    write_document(
                        number, by=run.member, title=paper.title, kind=paper.kind, credit=paper.credit,
                        text=paper.text, licence=paper.licence, author=author,
                    )  # fmt: skip
            elif says != (documents.plain(last.text), last.licence, last.author):
                revise_document(
                    number, document.pk, by=run.member, text=paper.text, licence=paper.licence, author=author
                )
    except Refusal as refusal:
        raise ImportRefused(str(refusal), field=columns.DOCUMENTS) from refusal


def _keep_parts(run: CatalogueImport, verdict: Verdict, made: dict[str, int]) -> None:
    """What belongs to a kit, once all of it stands; `made` are the things of this batch."""
    if not verdict.parts or verdict.listing is None:
        return
    known = kits.standing(run, verdict.parts.keys()) | made
    if strange := next((number for number in verdict.parts if number not in known), None):
        sentence = _("Above this row there is nothing with the number %(number)s, and not here either.")
        raise ImportRefused(sentence % {"number": strange[:80]}, field=columns.KIT)
    parts = {known[number]: quantity for number, quantity in verdict.parts.items()}
    kits.keep(verdict.listing.pk, parts, by=run.member)


def _note(run: CatalogueImport, verdicts: list[Verdict]) -> None:
    """Count, and keep the first problems."""
    headers = {name: header for header, name in zip(run.headers, run.mapping, strict=True) if name}
    problems = []
    for verdict in verdicts:
        setattr(run, verdict.what, getattr(run, verdict.what) + 1)
        for fact, sentence in verdict.problems:
            problems.append(
                ImportProblem(
                    run=run, row=verdict.row.number, column=headers.get(fact, "")[:80], sentence=sentence[:300]
                )
            )
    if problems:
        ImportProblem.objects.bulk_create(problems[: max(0, MOST_PROBLEMS - run.problems.count())])


def _finish(run: CatalogueImport) -> None:
    was, run.state = run.state, ImportState.CHECKED if run.state == ImportState.CHECKING else ImportState.DONE
    done = CatalogueImport.objects.filter(pk=run.pk, state=was).update(state=run.state, moved=timezone.now())
    if done and run.state == ImportState.DONE:
        _tell(run)


def _fail(run: CatalogueImport, sentence: str) -> bool:
    with transaction.atomic():
        ImportProblem.objects.create(run=run, row=0, sentence=sentence[:300])
        CatalogueImport.objects.filter(pk=run.pk).update(state=ImportState.FAILED, moved=timezone.now())
    return False


def _tell(run: CatalogueImport) -> None:
    count = run.good
    title = ngettext_lazy("%(n)s listing has been brought in", "%(n)s listings have been brought in", count)
    messaging.notify(
        run.member, kind="import", title=lambda: str(title % {"n": count}), body=run.name,
        url=f"/listings/import/{run.pk}/", key=f"import:{run.pk}",
    )  # fmt: skip


def _take_back_some(run: CatalogueImport) -> bool:
    ends = time.monotonic() + SLICE_S
    items = ImportedItem.objects.filter(run=run, fresh=True).select_related("listing").order_by("pk")
    while batch := list(items[:50]):
        for item in batch:
            with transaction.atomic():
                item.delete()
                try:
                    (archive if item.listing.published else delete)(item.listing_id, by=run.member)
                except Refusal:
                    continue  # it lies in the archive already
        CatalogueImport.objects.filter(pk=run.pk).update(at=run.at + len(batch), moved=timezone.now())
        run.at += len(batch)
        if time.monotonic() > ends:
            return True
    CatalogueImport.objects.filter(pk=run.pk).update(state=ImportState.UNDONE, moved=timezone.now())
    return False


# --- the import at hand ---------------------------------------------------------------------------


@contextmanager
def _mine(run_id: int, by: Member, *states: ImportState) -> Iterator[CatalogueImport]:
    """Hold an import of the member that stands in one of the states; a stranger's is not there."""
    with transaction.atomic():
        rows = CatalogueImport.objects.select_for_update(of=("self",)).filter(member=by)
        run = get_object_or_404(rows, pk=run_id)
        if run.state not in states:
            raise ImportRefused(_("This list is at another step by now. Look again."))
        yield run


def _start(run: CatalogueImport, state: ImportState) -> None:
    run.state, run.at, run.moved = state, 0, timezone.now()
    run.added = run.changed = run.same = run.wrong = run.pictures_due = run.pictures_done = 0
    run.save()
    run.problems.all().delete()
    _ask(run.pk)


def _ask(run_id: int) -> None:
    from .tasks import go_on

    transaction.on_commit(lambda: go_on.enqueue(run_id), robust=True)


def _put_away_old_files(member: Member) -> None:
    """Nobody fills the disk by beginning and beginning again: of each member the latest files are kept."""
    rows = CatalogueImport.objects.filter(member=member).exclude(sheet="").order_by("-pk")
    for run in rows[MOST_KEPT - 1 :]:
        if not run.is_at_work and run.pictures_done >= run.pictures_due:
            forget_files(run)


def forget_files(run: CatalogueImport) -> None:
    """Take the kept files away; the account of what happened stays."""
    for name in filter(None, (run.sheet, run.pictures)):
        default_storage.delete(name)
    CatalogueImport.objects.filter(pk=run.pk).update(sheet="", pictures="")


