"""Lists that grow with the years are shown page by page, each row once, and cost the same however long they are."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cooperative.models import Grant, Payout, Project, Proposal
from cooperative.states import ProposalState
from cooperative.treasury_states import ProjectState
from cooperative.views import project as project_page
from cooperative.views import projects as projects_page
from payments import ledger
from sharing.web.api.pagination import encode_cursor

from .test_funding import cast

pytestmark = pytest.mark.django_db
__all__ = ["cast"]
HTMX = {"HX-Request": "true"}


def walk(client, url: str, pattern: str, **headers) -> list[str]:
    """What stands on the page and on all that its "more" leads to."""
    seen: list[str] = []
    here = url
    while here:
        text = client.get(here, headers=headers).content.decode()
        seen += re.findall(pattern, text)
        name = re.search(r"(after|granted|paid)=", here)
        more = re.findall(r'hx-get="(\?[^"]+)"', text)
        here = next((url.partition("?")[0] + link.replace("&amp;", "&") for link in more
                     if name is None or link[1:].startswith(name[1])), "")  # fmt: skip
    return seen


def passed(cast) -> Proposal:
    """A decision whose grants are just being written down."""
    community, ana, _cleo, _tim, _trailer = cast
    now = timezone.now()
    return Proposal.objects.create(
        community=community, number=77, kind="spend", title="Many", author=ana, state=ProposalState.PASSED,
        opened=now - timedelta(days=9), closes=now - timedelta(days=2), closed=now - timedelta(days=2),
    )


def test_closed_projects_page_by_page(cast, client, django_assert_max_num_queries):
    community, ana, cleo, _tim, _trailer = cast
    now, many = timezone.now(), 2 * projects_page.CLOSED + 3
    Project.objects.bulk_create([
        Project(community=community, name=f"Old {number}", opened_by=cleo, state=ProjectState.CLOSED,
                closed=now - timedelta(days=number // 2))
        for number in range(many)
    ])  # fmt: skip
    client.force_login(ana)
    url = reverse("projects", args=[community.slug])
    with django_assert_max_num_queries(9):
        shown = client.get(url).content.decode()
    assert len(re.findall(r">Old \d+<", shown)) == projects_page.CLOSED
    assert sorted(walk(client, url, r">(Old \d+)<", **HTMX)) == sorted(f"Old {number}" for number in range(many))
    beyond = {"after": encode_cursor([now.isoformat(), 2**40])}
    assert "<h1" not in client.get(url, beyond, headers=HTMX).content.decode()
    assert client.get(url, {"after": encode_cursor([1])}).status_code == 404
    assert client.get(url, {"after": encode_cursor(["x", "y"])}).status_code == 404


def test_what_was_decided_and_paid_for_a_project_page_by_page(cast, client, django_assert_max_num_queries):
    community, ana, cleo, _tim, trailer = cast
    proposal, many = passed(cast), 2 * project_page.SHOWN + 3
    Grant.objects.bulk_create([
        Grant(project=trailer, proposal=proposal, option=number, minor=100 + number) for number in range(many)
    ])
    Payout.objects.bulk_create([
        Payout(community=community, source="pool", project=trailer, payee=f"Joiner {number}", minor=1, way="cash",
               key=f"k{number}", requested_by=cleo)
        for number in range(many)
    ])  # fmt: skip
    world, aside = ledger.account("world", community), ledger.account("pool", community, label=trailer.label)
    ledger.post(community, [ledger.Entry(world, aside, 1, "earmark", f"more:{number}") for number in range(30)])
    client.force_login(ana)
    url = reverse("project", args=[community.slug, trailer.pk])
    with django_assert_max_num_queries(20):
        shown = client.get(url).content.decode()
    assert len(re.findall(r"Joiner \d+<", shown)) == len(re.findall("Decision 77:", shown)) == project_page.SHOWN
    for name, pattern, count in (("paid", r"(Joiner \d+)<", many), ("granted", r"(Decision 77:)", many)):
        first = re.findall(pattern, shown)
        link = next(each for each in re.findall(r'hx-get="(\?[^"]+)"', shown) if f"{name}=" in each)
        rest = walk(client, url + link.replace("&amp;", "&"), pattern, **HTMX)
        assert len(first + rest) == count and (name == "granted" or len(set(first + rest)) == count)
        assert "<h1" not in client.get(url + link, headers=HTMX).content.decode()
        assert client.get(url, {name: encode_cursor(["x", "y"])}).status_code == 404
    more = next(each for each in re.findall(r'hx-get="(\?[^"]+)"', shown) if "after=" in each)
    assert "<h1" not in client.get(url + more, headers=HTMX).content.decode()  # rows alone, put into the table


def test_the_api_gives_them_a_hundred_at_a_time(cast, client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("cooperative.treasury_api.MOST", 3)
    community, ana, cleo, _tim, trailer = cast
    proposal = passed(cast)
    Grant.objects.bulk_create([Grant(project=trailer, proposal=proposal, option=n, minor=n) for n in range(1, 9)])
    Payout.objects.bulk_create([
        Payout(community=community, source="pool", project=trailer, payee="Joiner", minor=1, way="cash", key=f"k{n}",
               requested_by=cleo)
        for n in range(7)
    ])  # fmt: skip
    client.force_login(ana)
    url = f"/api/v1/communities/{community.slug}/projects/{trailer.pk}/"
    with django_assert_max_num_queries(12):
        found = client.get(url).json()
    grants, payouts = [row["id"] for row in found["grants"]], found["payouts"]
    assert len(grants) == len(payouts) == 3
    while len(grants) < 8 or len(payouts) < 7:
        found = client.get(url, {"grants_before": grants[-1], "payouts_before": payouts[-1]}).json()
        assert found["grants"] or found["payouts"]
        grants, payouts = grants + [row["id"] for row in found["grants"]], payouts + found["payouts"]
    assert grants == sorted(set(grants), reverse=True) and payouts == sorted(set(payouts), reverse=True)
    for name in ("grants_before", "payouts_before"):
        for wrong in ("x", "0", "1.5", str(2**63)):
            refused = client.get(url, {name: wrong})
            assert refused.status_code == 400 and name in refused.json()["errors"], wrong
