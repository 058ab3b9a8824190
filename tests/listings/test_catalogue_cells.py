"""Ways of rides, documents, terms of time and circles as cells of a list: read as people write them."""

import csv
import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from listings import actions
from listings.catalogue import export, work
from listings.models import Listing
from members.models import Circle
from members.states import Role
from tests import factories
from tests.listings.test_catalogue import begun, brought, counts, tried, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.community()


@pytest.fixture
def cleo(home):
    return factories.member("Cleo", of=home, role=Role.STEWARD)


WAY = """Freiburg | 47.997, 7.842 | 0
Basel | N 47.548 E 7.590 | 0:50 | 3,01 | 70,5 km
Bern | 46.948 7.439 | 125 min | 7"""
PAPERS = "Use | CC BY-SA 4.0 | author: Bo\n  Hold it.\n\n    Tight.\nPlan | design | cc0 | file: plan.txt"


def written_down(listing: Listing) -> list[tuple]:
    rows = [(paper, paper.versions.all()[0]) for paper in listing.documents.all()]
    return [(paper.title, paper.kind, last.licence, last.author, last.text, last.number) for paper, last in rows]


def sheet_of(*rows: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerows(rows)
    return line.getvalue()


class TestRides:
    def test_a_way_as_people_write_it_and_a_draft(self, home, cleo):
        run = brought(cleo, home, sheet_of(["kind", "name", "stops"], ["ride", "Home", WAY]), commons=False)
        assert counts(run) == (1, 0, 0, 0)
        ride = Listing.objects.get(title="Home")
        names = ("place", "lat", "lon", "minutes", "price_minor", "road_m")
        assert list(ride.stops.values_list(*names)) == [
            ("Freiburg", 47.997, 7.842, 0, 0, None), ("Basel", 47.548, 7.59, 50, 301, 70500),
            ("Bern", 46.948, 7.439, 125, 700, None),
        ]  # fmt: skip
        assert (ride.state, ride.terms, ride.price_minor, ride.place) == ("draft", "cost_share", 700, "Freiburg")

    @pytest.mark.parametrize(
        ("way", "says"),
        [
            ("Freiburg | 47.997, 7.842", "a line for each"), ("Freiburg | somewhere | 0", "a line for each"),
            ("Freiburg | 97.0, 7.8 | 0", "a line for each"), ("Freiburg | 47.9, 7.8 | soon", "a line for each"),
            ("Freiburg | 47.997, 7.842 | 0", "from 2 to"), (WAY.replace("125", "40"), "after the one before"),
            (WAY.replace("0:50", "0"), "after the one before"),
            (WAY.replace("0:50", "5").replace("125", "9"), "nobody drives"),
            (WAY.replace("3,01", "x"), "amount"), (WAY.replace("70,5", "far"), "number"),
            (f"{WAY}000", "may cost"), ("", "where it ends"), ("A" * 161 + WAY, "160"),
            (WAY.replace("70,5", "700"), "bird flies"),
        ],
    )  # fmt: skip
    def test_what_is_no_way_is_said_at_its_column(self, home, cleo, way, says):
        run = tried(cleo, home, sheet_of(["kind", "name", "stops"], ["ride", "Home", way]), commons=False)
        problem = run.problems.first()
        assert says in problem.sentence, problem.sentence
        assert counts(run) == (0, 0, 0, 1)


class TestDocuments:
    def test_words_come_at_once_and_a_change_is_another_version(self, home, cleo):
        head = ["id", "name", "documents"]
        assert counts(brought(cleo, home, sheet_of(head, ["T1", "Saw", PAPERS]))) == (1, 0, 0, 0)
        saw = Listing.objects.get(title="Saw")
        use = ("Use", "instructions", "cc-by-sa", "Bo", "Hold it.\n\n  Tight.", 1)
        assert written_down(saw) == [use]
        assert counts(tried(cleo, home, sheet_of(head, ["T1", "Saw", PAPERS]))) == (0, 0, 1, 0)
        other = PAPERS.replace("Tight.", "Tighter.") + "\nMore | repair\n  Oil it."
        assert counts(brought(cleo, home, sheet_of(head, ["T1", "Saw", other]))) == (0, 1, 0, 0)
        now = (*use[:4], "Hold it.\n\n  Tighter.", 2)
        assert written_down(saw) == [now, ("More", "repair", "cc-by-sa", str(cleo), "Oil it.", 1)]
        assert counts(brought(cleo, home, sheet_of(head, ["T1", "Old saw", other]))) == (0, 1, 0, 0)
        assert written_down(saw)[0] == now  # the same words are no other version

    @pytest.mark.parametrize(
        ("cell", "says"),
        [
            ("Use | my licence\n  Hold it.", "line of its own"), ("Use", "Write something"),
            ("| cc0\n  A", "line of its own"), ("U" * 121 + "\n  A", "120"), ("Use\n  " + "A" * 40_001, "40000"),
            ("Use | author: " + "B" * 121 + "\n  A", "120"),
            ("Use | credit: 3\n  A", "line of its own"), ("U\n  A\n" * 41, "at most 40"),
            ('Use | credit: {"licence": "mine"}\n  A', "line of its own"),
        ],
    )  # fmt: skip
    def test_what_is_no_document_is_said_at_its_column(self, home, cleo, cell, says):
        run = tried(cleo, home, sheet_of(["name", "documents"], ["Saw", cell]))
        problem = run.problems.get()
        assert counts(run) == (0, 0, 0, 1) and problem.column == "documents" and says in problem.sentence

    def test_a_file_comes_from_the_zip_and_without_it_the_words_alone(self, home, cleo):
        cell = "Plan | file: plan.txt\n  In words.\nLost | file: no.pdf\n  Too."
        sheet = sheet_of(["name", "documents"], ["Saw", cell])
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("papers/PLAN.txt", "Cut here.")
        run = brought(cleo, home, sheet, pictures=upload(buffer.getvalue(), "p.zip"))
        assert (run.pictures_due, run.pictures_done) == (2, 2)
        assert [problem.sentence[:7] for problem in run.problems.all()] == ["no.pdf:"]
        plan, lost = Listing.objects.get(title="Saw").documents.all()
        assert (plan.versions.get().file_name, plan.versions.get().text) == ("plan.txt", "In words.")
        assert (lost.versions.get().file_name, lost.versions.get().text) == ("", "Too.")

    def test_a_file_alone_does_not_stay_behind_unsaid(self, home, cleo):
        cell = "Use\n  Hold it.\nPlan | file: plan.txt"
        alone = sheet_of(["name", "documents"], ["Saw", cell], ["Axe", "Use | file: use.txt\n  Hold it."])
        run = tried(cleo, home, alone)
        problem = run.problems.get()
        assert counts(run) == (2, 0, 0, 0) and (problem.row, problem.column) == (2, "documents")
        assert "Plan" in problem.sentence and "in a ZIP" in problem.sentence

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("plan.txt", "Cut here.")
        brought(cleo, home, alone, pictures=upload(buffer.getvalue(), "p.zip"))
        saw = Listing.objects.get(title="Saw")
        assert [version[0] for version in written_down(saw)] == ["Use", "Plan"]
        again = sheet_of(["name", "documents"], ["Saw", cell.replace("Hold it.", "Hold it tight.")])
        run = tried(cleo, home, again)
        assert counts(run) == (0, 1, 0, 0) and not run.problems.exists()  # its file is here
        more = sheet_of(["name", "documents"], ["Saw", f"{cell}\nParts | file: plan.txt"])
        run = tried(cleo, home, more, pictures=upload(buffer.getvalue(), "p.zip"))
        assert counts(run) == (0, 1, 0, 0) and "only come with what is new" in run.problems.get().sentence

    def test_a_broken_zip_costs_no_words(self, home, cleo):
        sheet = sheet_of(["name", "documents"], ["Saw", "Plan | file: plan.txt\n  In words.\nLost | file: no.pdf"])
        brought(cleo, home, sheet, pictures=upload(b"no zip", "p.zip"))
        assert [row[0] for row in written_down(Listing.objects.get(title="Saw"))] == ["Plan"]

    def test_a_copy_keeps_its_credit_and_its_licence(self, home, cleo):
        origin, to = (actions.create(by=cleo, facts={"kind": "tool", "title": title}) for title in ("Saw", "Axe"))
        paper = actions.write_document(origin.pk, by=cleo, title="Use", text="Hold it.", licence="peer", author="Bo")
        copy = actions.copy_document(paper.versions.get().pk, by=cleo, to=to.pk)
        quay = factories.community("Quay")
        factories.join(cleo, quay)
        brought(cleo, quay, upload(out_mine(cleo)), commons=False, publish=False)
        axe = Listing.objects.get(title="Axe", community=quay)
        assert axe.documents.get().credit == copy.credit
        sheet = b"".join(export.as_csv(export.listings_of(cleo).filter(community=home)))
        sheet = sheet.replace(b"Use | instructions | peer", b"Use | instructions | cc0")
        assert counts(brought(cleo, home, upload(sheet), commons=False)) == (0, 1, 0, 1)  # the axe keeps its licence
        assert [paper.versions.all()[0].licence for paper in (paper, copy)] == ["cc0", "peer"]

    def test_what_is_withdrawn_stays(self, home, cleo):
        saw = actions.create(by=cleo, facts={"kind": "tool", "title": "Saw"})
        paper = actions.write_document(saw.pk, by=cleo, title="Secret", text="Hold it.")
        actions.withdraw_document(saw.pk, paper.pk, by=cleo)
        assert b"Secret" not in out_mine(cleo)


def out_mine(cleo) -> bytes:
    return b"".join(export.as_csv(export.listings_of(cleo)))


class TestTermsOfTime:
    @pytest.mark.parametrize("days", ["mon, fri, sat", "Montag Freitag; Samstag", "lundi|ven.|sam", "lun viernes sáb"])
    def test_weekdays_of_five_languages(self, home, cleo, days):
        text = sheet_of(["name", "arrive_days", "holiday_region", "cancel_hours"], ["Saw", days, "DE-BW", "48"])
        assert counts(brought(cleo, home, text)) == (1, 0, 0, 0)
        saw = Listing.objects.get(title="Saw")
        assert (saw.arrive_days, saw.holiday_region, saw.cancel_hours) == (0b0110001, "DE-BW", 48)

    @pytest.mark.parametrize(
        ("column", "cell", "says"),
        [
            ("leave_days", "someday", "weekdays like"), ("leave_days", ";", "equal to 1"),
            ("holiday_region", "XX", "No holidays"), ("change_hours", "-1", "0"), ("cancel_hours", "soon", "integer"),
        ],
    )  # fmt: skip
    def test_what_is_none_is_said(self, home, cleo, column, cell, says):
        run = tried(cleo, home, sheet_of(["name", column], ["Saw", cell]))
        assert counts(run) == (0, 0, 0, 1)
        assert run.problems.get().column == column and says in run.problems.get().sentence


class TestCircles:
    def test_only_one_of_one_s_own_by_its_name(self, home, cleo):
        friends = Circle.objects.create(owner=cleo, name="Friends")
        Circle.objects.create(owner=factories.member("Bo", of=home), name="Chess")
        named = {"Saw": "Friends", "Axe": "friends", "Hoe": "Chess", "Rake": ""}
        text = sheet_of(["name", "visibility", "circle"], *([name, "circle", said] for name, said in named.items()))
        run = brought(cleo, home, text, commons=False)
        assert counts(run) == (2, 0, 0, 2)
        assert [(one.column, one.row) for one in run.problems.all()] == [("circle", 4), ("circle", 5)]
        assert set(Listing.objects.values_list("circle", flat=True)) == {friends.pk}
        assert counts(tried(cleo, home, upload(out_mine(cleo)), commons=False)) == (0, 0, 2, 0)

    def test_the_commons_are_shown_to_all(self, home, cleo):
        Circle.objects.create(owner=cleo, name="Friends")
        assert counts(tried(cleo, home, sheet_of(["name", "circle"], ["Saw", "Friends"]))) == (0, 0, 0, 1)


def test_trying_rows_costs_no_statement_for_each(home, cleo):
    """What lies beside a thing is read at once for all rows of a batch."""
    Circle.objects.create(owner=cleo, name="Friends")
    head = ["kind", "name", "stops", "documents", "circle", "holiday_region"]
    asked = []
    for many in (3, 30):
        rows = [["ride", f"Home {n}", WAY, PAPERS, "Friends", "DE"] for n in range(many)]
        run = begun(cleo, home, sheet_of(head, *rows), commons=False)
        work.match(run.pk, run.mapping, by=cleo)
        with CaptureQueriesContext(connection) as caught:
            work.work_on(run.pk)
        run.refresh_from_db()
        assert counts(run) == (many, 0, 0, 0)
        asked.append(len(caught))
    assert asked[0] == asked[1]
