"""What lies beside a listing goes out and in by columns, too; and headers as people of five languages write them."""

import pytest
from django.urls import reverse

from listings import actions
from listings.actions import shelves
from listings.catalogue import asked, columns, export, work
from listings.models import Attribute, ImportState, Listing, Term
from listings.search import terms
from members.states import Role
from sharing.web.refusals import Refusal
from tests import factories
from tests.listings.test_catalogue import brought, counts, settled, tried, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(db):
    return factories.community()


@pytest.fixture
def cleo(home):
    return factories.member("Cleo", of=home, role=Role.STEWARD)


@pytest.fixture
def questions(home, cleo) -> dict[str, Attribute]:
    """Four questions about drills and such, one of each kind of answer."""
    said = {"category": "drills", "by": cleo}
    power = shelves.add_attribute(home, name="Voltage", type="number", unit="V", **said)
    cordless = shelves.add_attribute(home, name="Cordless?", type="yes_no", **said)
    chuck = shelves.add_attribute(home, name="Chuck", type="choice", options=["SDS plus", "Quick"], **said)
    shelf = shelves.add_attribute(home, name="Shelf", type="text", **said)
    return {"power": power, "cordless": cordless, "chuck": chuck, "shelf": shelf}


def answered(listing: Listing) -> dict[str, object]:
    return {value.attribute.name: value.text or value.thousandths for value in listing.attribute_values.all()}


def out(cleo, home) -> bytes:
    return b"".join(export.as_csv(export.listings_of(cleo, home)))


LIST = """id;name;category;Voltage;Cordless?;chuck;Shelf;Free to members of;Prices for longer stays;price per hour
T1;Drill;drills;18,5 V;ja;sds plus;=A 3;{other};3: 1.50; 7: 1,20;2
T2;Ladder;ladders;;;;;;;
"""


@pytest.fixture
def text(cleo) -> str:
    other = factories.community("Quay")
    factories.join(cleo, other)
    return LIST.replace("3: 1.50; 7: 1,20", '"3: 1.50; 7: 1,20"').format(other=other.slug)


class TestWhatLiesBeside:
    def test_comes_in_with_the_list_and_is_found(self, home, cleo, questions, text):
        assert counts(brought(cleo, home, text)) == (2, 0, 0, 0)
        drill = Listing.objects.get(title="Drill")
        assert answered(drill) == {"Voltage": 18500, "Cordless?": "yes", "Chuck": "sds-plus", "Shelf": "=A 3"}
        assert list(drill.free_to.values_list("name", flat=True)) == ["Quay"]
        assert drill.price_tiers == [
            {"from_units": 3, "price_minor": 150}, {"from_units": 7, "price_minor": 120},
        ] and drill.price_unit == "hour"  # fmt: skip
        tid = terms.tid("tool", f"*{questions['cordless'].pk}:yes")
        assert list(Term.objects.filter(tid=tid).values_list("listing_id", flat=True)) == [drill.pk]

    def test_goes_out_and_comes_back_as_the_same(self, home, cleo, questions, text):
        brought(cleo, home, text)
        sheet = out(cleo, home)
        assert counts(tried(cleo, home, upload(sheet))) == (0, 0, 2, 0)
        again = brought(cleo, home, upload(sheet.replace(b"18.5", b"12").replace(b"sds-plus", b"Quick")))
        assert counts(again) == (0, 1, 1, 0)
        drill = Listing.objects.get(title="Drill")
        assert answered(drill) == {"Voltage": 12000, "Cordless?": "yes", "Chuck": "quick", "Shelf": "=A 3"}
        assert drill.free_to.count() == 1 and len(drill.price_tiers) == 2

    def test_to_others_hands_it_loses_nothing_either(self, home, cleo, questions, text):
        brought(cleo, home, text)
        sheet = out(cleo, home)
        assert counts(brought(cleo, home, upload(sheet), commons=False)) == (2, 0, 0, 0)
        mine = Listing.objects.get(title="Drill", owner=cleo)
        assert answered(mine) == answered(Listing.objects.get(title="Drill", owner=None))
        assert mine.free_to.count() == 1 and len(mine.price_tiers) == 2
        assert counts(tried(cleo, home, upload(sheet), commons=False)) == (0, 0, 2, 0)

    @pytest.mark.parametrize(
        ("column", "cell", "says"),
        [
            ("Voltage", "strong", "no number"), ("Cordless?", "perhaps", "yes or no"), ("Chuck", "Big", "one of"),
            ("Shelf", "x" * 121, "letters"), ("free_to", "nowhere", "not a member"), ("price_tiers", "3 1", "like 3:"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_by_the_trial_at_its_column(self, home, cleo, questions, column, cell, says):
        run = tried(cleo, home, f"name,category,{column},price\nDrill,drills,{cell},5\n")
        problem = run.problems.get()
        assert counts(run) == (0, 0, 0, 1) and problem.column == column and says in problem.sentence

    def test_a_question_about_other_things_is_not_asked_of_this(self, home, cleo, questions):
        run = tried(cleo, home, "name,category,Shelf\nLadder,ladders,A3\n")
        assert run.problems.get().column == "Shelf" and not run.good

    def test_what_must_be_answered_is_missed_only_on_the_board(self, home, cleo):
        shelves.add_attribute(home, by=cleo, category="drills", name="Voltage", type="number", required=True)
        text = "name,category,Voltage\nDrill,drills,\nHammer drill,drills,18\nLadder,ladders,\n"
        run = tried(cleo, home, text)
        assert counts(run) == (2, 0, 0, 1) and "Voltage" in run.problems.get().sentence
        assert counts(tried(cleo, home, text, publish=False)) == (3, 0, 0, 0)

    def test_what_is_asked_no_more_stays_with_what_was_answered(self, home, cleo, questions, text, client):
        brought(cleo, home, text)
        drill, slug = Listing.objects.get(title="Drill"), questions["chuck"].slug
        shelves.remove_attribute(questions["chuck"].pk, by=cleo)
        assert "SDS plus" in client.get(drill.get_absolute_url()).content.decode()
        asked_by = {"community": home.slug, f"attribute[{slug}]": "quick"}
        assert client.get("/api/v1/listings/", asked_by).status_code == 400

        sheet = out(cleo, home)
        assert f"attribute[{slug}]".encode() in sheet and b"sds-plus" in sheet
        assert counts(tried(cleo, home, upload(sheet))) == (0, 0, 2, 0)
        assert counts(brought(cleo, home, upload(sheet.replace(b"Drill", b"Old drill")))) == (0, 1, 1, 0)
        assert answered(drill)["Chuck"] == "sds-plus"
        other = tried(cleo, home, upload(sheet.replace(b"Drill", b"Mine").replace(b"sds-plus", b"Quick")))
        assert other.problems.get().column == f"attribute[{slug}]" and counts(other) == (0, 0, 1, 1)
        elsewhere = tried(cleo, home, f"id,name,category,attribute[{slug}]\nT9,Drill press,drills,Quick\n")
        assert elsewhere.problems.get().column == f"attribute[{slug}]" and not elsewhere.good
        with pytest.raises(Refusal):
            actions.create(by=cleo, facts={"kind": "tool", "category": "drills", "attributes": {slug: "quick"}})

    def test_another_community_has_other_columns(self, home, cleo, questions, client):
        elsewhere = factories.community("Quay")
        assert asked.guessed(["Name", "Voltage"], elsewhere.pk) == ["title", ""]
        client.force_login(cleo)
        assert "attribute[voltage]" in client.get(f"/api/v1/imports/columns/?community={home.slug}").json()
        assert client.get(f"/api/v1/imports/columns/?community={elsewhere.slug}").status_code == 404

    def test_taking_out_asks_no_more_for_more_things(self, home, cleo, questions, text, django_assert_num_queries):
        brought(cleo, home, text)
        for extra in (0, 5):
            for n in range(extra):
                copy = actions.duplicate(Listing.objects.get(title="Drill").pk, by=cleo)
                actions.update(copy.pk, by=cleo, facts={"title": f"Copy {n}"})
            with django_assert_num_queries(7):
                out(cleo, home)

    def test_the_page_offers_them(self, home, cleo, questions, client, text):
        run = tried(cleo, home, text)
        client.force_login(cleo)
        client.post(reverse("import_act", args=[run.pk, "match"]))
        page = client.get(reverse("import", args=[run.pk])).content.decode()
        assert '<option value="attribute[chuck]" selected>Chuck</option>' in page


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Preis pro Tag", "price_minor"), ("Standort", "place"), ("Prix par jour (€)", "price_minor"),
        ("Precio por día", "price_minor"), ("Prezzo al giorno", "price_minor"), ("Price per day", "price_minor"),
        ("Kaution in EUR", "deposit_minor"), ("Pfand", "deposit_minor"), ("Dépôt de garantie", "deposit_minor"),
        ("Ubicación", "place"), ("Emplacement", "place"), ("Ubicazione", "place"), ("Neuwert (CHF)", "value_minor"),
        ("Größe", "size"), ("Herramienta", "title"), ("Stückzahl", "capacity"), ("Stichwörter", "tags"),
        ("Tag", "tags"), ("per day", ""), ("Name per day", ""),
        ("Dokumente", "documents"), ("Arrêts", "stops"), ("Círculo", "circle"), ("Sitzplätze", "capacity"),
        ("Fahrzeug", "vehicle"), ("Gepäck", "luggage"), ("cancel hours", "cancel_hours"), ("Name", "title"),
    ],
)  # fmt: skip
def test_headers_of_five_languages(header, name):
    assert columns.guessed([header]) == [name]


@pytest.mark.parametrize(
    ("header", "unit"),
    [("Preis pro Stunde", "hour"), ("Prix par nuit", "night"), ("Tagessatz", "day"), ("Preis", ""),
     ("loan fee", "use")],
)
def test_a_header_may_say_what_the_price_is_for(header, unit):
    assert columns.unit_said(["Name", header], ["title", "price_minor"]) == unit
    assert columns.unit_said(["per", header], ["price_unit", "price_minor"]) == ""


KITS = "id,name,copies,kit parts\nT1,Drill,1,\nT2,Bit,5,\nK1,Box,1,\"T1, T2 x 3\"\n"


def parts(home, **facts) -> list[tuple[str, int]]:
    kit = Listing.objects.get(title="Box", community=home, is_kit=True, **facts)
    return [(row.part.title, row.quantity) for row in kit.kit_parts.all()]


class TestKits:
    def test_parts_are_named_by_their_numbers(self, home, cleo):
        assert counts(brought(cleo, home, KITS)) == (3, 0, 0, 0)
        assert parts(home) == [("Drill", 1), ("Bit", 3)]
        assert counts(tried(cleo, home, KITS)) == (0, 0, 3, 0)

    def test_the_trial_counts_the_copies_above_and_here(self, home, cleo):
        many = KITS.replace("T2 x 3", "T2 x 6")
        run = tried(cleo, home, many)
        assert counts(run) == (2, 0, 0, 1) and "5" in run.problems.get().sentence
        assert run.problems.get().column == "kit parts"
        brought(cleo, home, KITS)
        assert counts(tried(cleo, home, many)) == (0, 0, 2, 1)
        alone = "id,name,copies,kit parts\nK2,Case,1,T2 x {}\n"
        assert [counts(tried(cleo, home, alone.format(n))) for n in (5, 6)] == [(1, 0, 0, 0), (0, 0, 0, 1)]

    @pytest.mark.parametrize("publish", [True, False])
    def test_a_kit_is_taken_back_with_its_parts_and_may_come_again(self, home, cleo, publish):
        run = brought(cleo, home, KITS, publish=publish)
        work.take_back(run.pk, by=cleo)
        assert settled(run).state == ImportState.UNDONE
        assert not Listing.objects.exclude(state="archived").exists()
        assert Listing.objects.count() == (3 if publish else 0)
        assert counts(brought(cleo, home, KITS, publish=publish)) == (3, 0, 0, 0)
        assert parts(home, state="published" if publish else "draft") == [("Drill", 1), ("Bit", 3)]

    def test_what_the_row_says_are_all_parts(self, home, cleo):
        brought(cleo, home, KITS)
        assert counts(brought(cleo, home, KITS.replace("T1, T2 x 3", "T2 x 2"))) == (0, 1, 2, 0)
        assert parts(home) == [("Bit", 2)]

    def test_a_kit_older_than_its_parts_goes_out_below_them_and_comes_back_elsewhere(self, home, cleo):
        kit = actions.publish(actions.create(by=cleo, facts={"kind": "tool", "title": "Box"}).pk, by=cleo)
        for title, capacity in (("Drill", 1), ("Bit", 5)):
            part = actions.create(by=cleo, facts={"kind": "tool", "title": title, "capacity": capacity})
            actions.add_part(kit.pk, part.pk, by=cleo, quantity=min(capacity, 3))
        sheet = b"".join(export.as_csv(export.listings_of(cleo)))
        quay = factories.community("Quay")
        factories.join(cleo, quay)
        for where, found in ((quay, (3, 0, 0, 0)), (quay, (0, 0, 3, 0)), (home, (0, 0, 3, 0))):
            run = tried(cleo, where, upload(sheet), commons=False, publish=False)
            assert counts(run) == found
            if run.good:
                assert counts(brought(cleo, where, upload(sheet), commons=False, publish=False)) == found
        assert parts(quay, owner=cleo) == [("Drill", 1), ("Bit", 3)]

    @pytest.mark.parametrize(
        ("before", "after", "says"),
        [
            ("T1, T2 x 3", "T1, T9", "number T9"), ("T1, T2 x 3", "T1, K1", "number K1"), ("T1, T2", "T1, T1", "same"),
            ("Drill,1", ",1", "number T1"), ("Box,1", "Box,2", "lent whole"),
        ],
    )  # fmt: skip
    def test_what_is_no_part_is_a_problem_of_its_row(self, home, cleo, before, after, says):
        run = tried(cleo, home, KITS.replace(before, after))
        problem = run.problems.last()
        assert says in problem.sentence and (problem.row, problem.column) == (4, "kit parts")

    def test_more_than_there_are_is_told_and_nothing_of_the_row_is_written(self, home, cleo):
        run = brought(cleo, home, KITS.replace("x 3", "x 6"))
        assert counts(run) == (2, 0, 0, 1) and "Bit" in run.problems.get().sentence
        assert not Listing.objects.filter(title="Box").exists()

    def test_nobody_else_s_thing_becomes_a_part(self, home, cleo):
        theirs = factories.listing(factories.member("Bo", of=home), title="Saw")
        run = tried(cleo, home, KITS.replace("T1, T2", f"#{theirs.pk}, T2"))
        assert run.problems.get().row == 4
