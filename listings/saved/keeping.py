"""What a member does with kept searches: keep, rename, choose how to be told, delete, think again."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from members.models import Member
from members.states import Standing
from sharing.web.refusals import Refusal

from ..models import Alerts, SavedHit, SavedSearch
from ..search import params, query, synonyms
from ..search.asking import Asking, Viewer
from ..search.criteria import AROUND_M, NEW, Criteria
from ..search.headings import heading
from ..search.params import Parsed
from . import cells

MOST = 20
LONGEST = 1000
KNOWN_AT_MOST = 200  # so many that fit already are remembered as no news
THINKS_AGAIN = timedelta(days=1)
LEFT_OUT = ("sort", "cursor", "page_size", "was", "to_was")


def keep(member: Member, asked: QueryDict, *, name: str = "", alerts: str = Alerts.DAILY) -> SavedSearch:
    """Keep this search; what fits it today is no news. Refused at "query", "name" or "alerts"."""
    viewer = Viewer.of(member)
    parsed = params.parse(asked, viewer)
    if parsed.errors:
        field, sentences = next(iter(parsed.errors.items()))
        raise Refusal(f"{field}: {sentences[0]}", field="query")
    text = _address(parsed)
    if len(text) > LONGEST:
        raise Refusal(_("This search says too much to be kept."), field="query")
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        if SavedSearch.objects.filter(member=member, deleted__isnull=True).count() >= MOST:
            raise Refusal(_("You keep many searches already. Delete one that you no longer need."), code="too_many")
        search = SavedSearch(member=member, query=text, alerts=_alerts(alerts), name=_name(name or proposed(parsed)))
        search.dated = is_dated(parsed.criteria)
        search.save()
        _post(search, parsed.criteria, viewer)
        _remember(search, criteria_for_alerts(parsed.criteria), viewer)
    return search


def change(search_id: int, *, by: Member, name: str | None = None, alerts: str | None = None) -> SavedSearch:
    with transaction.atomic():
        search = _locked(search_id, by)
        if name is not None:
            search.name = _name(name)
        if alerts is not None and alerts != search.alerts:
            search.alerts = _alerts(alerts)
            _repost(search)
        search.save(update_fields=["name", "alerts"])
    return search


def delete(search_id: int, *, by: Member) -> SavedSearch:
    """It tells nothing any more, and may be put back for a day."""
    with transaction.atomic():
        search = _locked(search_id, by)
        search.deleted = timezone.now()
        search.save(update_fields=["deleted"])
        _repost(search)
    return search


def put_back(search_id: int, *, by: Member) -> SavedSearch:
    with transaction.atomic():
        search = SavedSearch.objects.select_for_update(no_key=True).get(pk=search_id, member=by)
        if search.deleted is not None:
            if SavedSearch.objects.filter(member=by, deleted__isnull=True).count() >= MOST:
                raise Refusal(_("You keep many searches already. Delete one that you no longer need."), code="too_many")
            search.deleted = None
            search.save(update_fields=["deleted"])
            _repost(search)
    return search


def hear_words_of(community_id: int, after: int, most: int) -> int | None:
    """The searches for words of a community's members look for what these words mean there now.

    What they find by it today is no news. Goes on after the id `after`; returns where to go on, None at the end.
    """
    synonyms.forget(community_id)
    asking = SavedSearch.objects.filter(
        pk__gt=after, deleted__isnull=True, query__contains="q=", member__memberships__community=community_id,
        member__memberships__standing=Standing.ACTIVE, member__is_active=True,
    ).exclude(alerts=Alerts.OFF)
    keys = list(asking.order_by("pk").values_list("pk", flat=True)[:most])
    for pk in keys:
        with transaction.atomic():
            search = asking.select_for_update(of=("self",), no_key=True).select_related("member").filter(pk=pk).first()
            if search is not None:  # nobody has deleted it meanwhile
                _repost(search)
    return keys[-1] if len(keys) == most else None


def forget_deleted(now: datetime | None = None) -> int:
    """Those deleted a day ago are gone for good."""
    gone = SavedSearch.objects.filter(deleted__lt=(now or timezone.now()) - THINKS_AGAIN)[:500]
    return SavedSearch.objects.filter(pk__in=[search.pk for search in gone]).delete()[0]


def criteria_of(search: SavedSearch, viewer: Viewer, now: datetime | None = None) -> Criteria | None:
    """What it asks for today; None when it can be asked no more (its days have passed)."""
    parsed = parsed_of(search, viewer, now)
    return None if parsed.errors else criteria_for_alerts(parsed.criteria)


def parsed_of(search: SavedSearch, viewer: Viewer, now: datetime | None = None) -> Parsed:
    with override(search.member.language):
        return params.parse(QueryDict(search.query), viewer, now)


def criteria_for_alerts(criteria: Criteria) -> Criteria:
    """Near a place means no farther than one would go: without a circle of its own it gets the usual one."""
    criteria = criteria.changed(sort=NEW)
    if criteria.here and criteria.radius_m is None and criteria.box is None:
        criteria = criteria.changed(radius_m=AROUND_M)
    return criteria


def is_dated(criteria: Criteria) -> bool:
    return bool(criteria.by_day or criteria.windows)


def proposed(parsed: Parsed) -> str:
    """A name for it, as its page is headed."""
    return heading(parsed)[:80]


def _address(parsed: Parsed) -> str:
    """What was understood, with the point of a place beside its name."""
    values = {name: value for name, value in parsed.values.items() if name not in LEFT_OUT}
    for point, lat, lon, named in (
        (parsed.criteria.here, "lat", "lon", "near"), (parsed.criteria.there, "to_lat", "to_lon", "to_near"),
    ):  # fmt: skip
        if point is not None and named in values:
            values |= {lat: f"{point.lat:.5f}", lon: f"{point.lon:.5f}"}
    return urlencode(values, safe=",:")


def _post(search: SavedSearch, criteria: Criteria, viewer: Viewer) -> None:
    if search.alerts == Alerts.OFF or search.deleted is not None:
        cells.withdraw(search)
    else:
        cells.post(search, criteria_for_alerts(criteria), viewer)


def _repost(search: SavedSearch) -> None:
    """When alerts are switched on again, what came meanwhile is no news."""
    viewer = Viewer.of(search.member)
    criteria = criteria_of(search, viewer)
    if criteria is None:
        cells.withdraw(search)
        return
    _post(search, criteria, viewer)
    if search.alerts != Alerts.OFF and search.deleted is None:
        _remember(search, criteria, viewer)


def _remember(search: SavedSearch, criteria: Criteria, viewer: Viewer) -> None:
    found, _totals = query.find(Asking(criteria, viewer), None, KNOWN_AT_MOST)
    fitting = query.among(criteria, viewer, [pk for pk, _key in found.rows])
    SavedHit.objects.bulk_create(
        [SavedHit(search=search, listing_id=pk, state=SavedHit.State.KNOWN) for pk in fitting],
        ignore_conflicts=True,
    )


def _locked(search_id: int, by: Member) -> SavedSearch:
    rows = SavedSearch.objects.select_for_update(no_key=True).filter(member=by, deleted__isnull=True)
    return rows.get(pk=search_id)


def _name(text: str) -> str:
    name = " ".join(str(text).split())
    if not name or "\x00" in name:
        raise Refusal(_("Give it a name."), field="name")
    if len(name) > 80:
        raise Refusal(_("At most %(most)s letters, please.") % {"most": 80}, field="name")
    return name


def _alerts(value: str) -> str:
    if value not in Alerts.values:
        raise Refusal(_("Choose at once, once a day, or not at all."), field="alerts")
    return value
