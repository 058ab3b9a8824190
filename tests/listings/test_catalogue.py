"""A whole catalogue in one file: tried first, then written once, and taken out as it was."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from listings.catalogue import columns, export, packed, pictures, sheets, tasks, work
from listings.models import CatalogueImport, ImportedItem, ImportState, Listing, ListingChange, Term
from members.states import Role
from sharing.web.refusals import Refusal
from tests import factories
from tests.listings.offering import photo

pytestmark = pytest.mark.django_db

LIST = """Code;Bezeichnung;Kategorie;Preis;Menge;Foto
T1;Bohrhammer;Drills and screwdrivers;3,50 €;2;bohrhammer.png
T2;Leiter;Workshop and repairs > Ladders and scaffolds;;;leiter.png
T3;Raclette;;abc;1;
"""


@pytest.fixture
def home(db):
    return factories.community()


@pytest.fixture
def cleo(home):
    return factories.member("Cleo", of=home, role=Role.STEWARD)


def upload(text: str | bytes, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def begun(by, home, text=LIST, **facts) -> CatalogueImport:
    facts = {"commons": True, "kind": "tool", "publish": True, "pictures": None} | facts
    return work.begin(by=by, community=home, sheet=text if hasattr(text, "read") else upload(text), **facts)


def tried(by, home, text=LIST, **facts) -> CatalogueImport:
    """Begun, matched as guessed, and gone through."""
    run = begun(by, home, text, **facts)
    work.match(run.pk, run.mapping, by=by)
    return settled(run)


def settled(run) -> CatalogueImport:
    """What the tasks would do, until nothing is left to do."""
    for _round in range(50):
        more = work.work_on(run.pk) or pictures.bring_some(run.pk)
        run.refresh_from_db()
        if not more and not run.is_at_work:
            return run
    raise AssertionError("It never ends.")


def brought(by, home, text=LIST, **facts) -> CatalogueImport:
    run = tried(by, home, text, **facts)
    work.bring_in(run.pk, by=by)
    return settled(run)


def counts(run) -> tuple[int, int, int, int]:
    return run.added, run.changed, run.same, run.wrong


class TestTheColumns:
    def test_headers_are_recognised_in_other_languages(self):
        assert columns.guessed(["Code", "Bezeichnung", "Catégorie", "Prix", "Fotos", "Wer"]) == [
            "number", "title", "category", "price_minor", "photos", "",
        ]  # fmt: skip

    def test_the_second_of_a_name_is_left_out_unless_they_are_joined(self):
        assert columns.guessed(["Name", "Titel", "Notes", "Details"]) == ["title", "", "description", "description"]

    @pytest.mark.parametrize(
        ("text", "minor"),
        [("3,50 €", 350), ("€ 1.200,00", 120000), ("1,200.50", 120050), ("CHF 7", 700), ("0", 0), ("12", 1200),
         ("Kostenlos", 0)],
    )
    def test_money_as_people_write_it(self, text, minor):
        assert columns.columns()["price_minor"].read(text, columns.Reading("EUR", {})) == minor

    @pytest.mark.parametrize("text", ["abc", "3,505", "--", "€", "-5", "EUR −3,50", "3-4"])
    def test_what_is_no_amount_is_said_so(self, text):
        with pytest.raises(ValueError, match="amount"):
            columns.columns()["price_minor"].read(text, columns.Reading("EUR", {}))


class TestTheSheet:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_any_encoding_and_delimiter(self, encoding, delimiter):
        text = delimiter.join(["Name", "Größe"]) + "\r\nSäge" + delimiter + '"30\ncm"\r\n'
        head = sheets.look_through(io.BytesIO(text.encode(encoding)))
        assert (head.headers, head.sample, head.rows) == (["Name", "Größe"], [["Säge", "30\ncm"]], 1)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "empty"), (b"PK\x03\x04rest", "own file"), (b"a,b\n", "no row"), (b"\n\n", "name the columns"),
            (b",,\n1,2,3\n", "no row"), (b"a\n" + b"x" * 2_100_000, "longer than a page"),
            (b",".join(b"c%d" % n for n in range(101)) + b"\n1\n", "100 columns"),
            (b"a\n" + b"1\n" * 20_001, "20000 rows"),
        ],
    )  # fmt: skip
    def test_what_is_no_list_is_refused_with_a_reason(self, content, says):
        with pytest.raises(Refusal, match=says) as caught:
            sheets.look_through(io.BytesIO(content))
        assert caught.value.field == "sheet"

    @given(st.text(max_size=30))
    def test_no_cell_is_a_formula_and_none_is_lost(self, cell):
        guarded = sheets.guarded(cell)
        assert not guarded.startswith(("=", "+", "-", "@", "\t"))
        if not (cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t")):
            assert sheets.unguarded(guarded) == cell


class TestBringingIn:
    def test_the_trial_writes_nothing_and_says_what_is_wrong(self, home, cleo):
        run = tried(cleo, home)
        assert (run.state, counts(run)) == (ImportState.CHECKED, (2, 0, 0, 1))
        problem = run.problems.get()
        assert (problem.row, problem.column) == (4, "Preis") and "amount" in problem.sentence
        assert not Listing.objects.exists() and not ImportedItem.objects.exists()

    def test_what_was_good_is_written_and_can_be_found(self, home, cleo):
        run = brought(cleo, home)
        assert (run.state, counts(run)) == (ImportState.DONE, (2, 0, 0, 1))
        drill = Listing.objects.get(title="Bohrhammer")
        assert (drill.price_minor, drill.capacity, drill.terms, drill.is_commons) == (350, 2, "rent", True)
        assert drill.category.slug == "drills" and drill.is_published
        assert Term.objects.filter(listing_id=drill.pk).exists()
        assert Listing.objects.get(title="Leiter").category.slug == "ladders"
        assert drill.label.number == "T1"

    def test_the_same_file_twice_adds_nothing(self, home, cleo):
        brought(cleo, home)
        again = tried(cleo, home)
        assert counts(again) == (0, 0, 2, 1)
        with pytest.raises(Refusal):
            work.bring_in(again.pk, by=cleo)
        assert Listing.objects.count() == 2

    def test_a_changed_row_changes_its_listing(self, home, cleo):
        brought(cleo, home)
        run = brought(cleo, home, LIST.replace("Bohrhammer;", "Bohrhammer, schwer;").replace("3,50", "4"))
        assert counts(run) == (0, 1, 1, 1)
        changed = Listing.objects.get(title="Bohrhammer, schwer")
        assert changed.price_minor == 400 and ListingChange.objects.filter(listing=changed).exists()
        assert Listing.objects.count() == 2

    def test_without_numbers_the_same_thing_is_known_by_what_it_says(self, home, cleo):
        text = "Name,Brand\nDrill,Bo\nSaw,Bo\n"
        assert counts(brought(cleo, home, text)) == (2, 0, 0, 0)
        assert counts(tried(cleo, home, text)) == (0, 0, 2, 0)

    def test_two_rows_with_one_number_are_not_two_things(self, home, cleo):
        run = tried(cleo, home, "id,name\nT1,Drill\nT1,Saw\n")
        assert counts(run) == (1, 0, 0, 1) and "row 2" in run.problems.get().sentence

    def test_drafts_if_they_are_not_to_be_published(self, home, cleo):
        brought(cleo, home, publish=False)
        assert set(Listing.objects.values_list("state", flat=True)) == {"draft"}

    def test_one_s_own_things_and_the_commons_are_apart(self, home, cleo):
        brought(cleo, home)
        assert counts(brought(cleo, home, commons=False)) == (2, 0, 0, 1)
        assert Listing.objects.filter(owner=cleo).count() == 2

    def test_a_killed_worker_leaves_nothing_twice(self, home, cleo, monkeypatch):
        text = "id,name\n" + "".join(f"T{n},Thing {n}\n" for n in range(250))
        run = tried(cleo, home, text)
        work.bring_in(run.pk, by=cleo)
        monkeypatch.setattr(work, "SLICE_S", 0)
        assert work.work_on(run.pk)  # one batch, then the power goes
        monkeypatch.setattr(work, "_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work.work_on(run.pk)  # in the middle of the second batch
        monkeypatch.undo()
        assert counts(settled(run)) == (250, 0, 0, 0)
        assert Listing.objects.count() == 250

    def test_the_task_goes_on_by_itself(self, home, cleo, django_capture_on_commit_callbacks):
        run = begun(cleo, home)
        with django_capture_on_commit_callbacks(execute=True):
            work.match(run.pk, run.mapping, by=cleo)
        run.refresh_from_db()
        assert run.state == ImportState.CHECKED
        CatalogueImport.objects.filter(pk=run.pk).update(state=ImportState.RUNNING, moved="2020-01-01T00:00Z", at=0)
        tasks.pick_up_again()
        run.refresh_from_db()
        assert run.state == ImportState.DONE

    def test_it_can_be_taken_back(self, home, cleo):
        run = brought(cleo, home)
        brought(cleo, home, "name\nDrill\n", publish=False)
        work.take_back(run.pk, by=cleo)
        assert settled(run).state == ImportState.UNDONE
        states = dict(Listing.objects.values_list("title", "state"))
        assert states == {"Bohrhammer": "archived", "Leiter": "archived", "Drill": "draft"}
        assert counts(brought(cleo, home)) == (2, 0, 0, 1)  # and may come again

    def test_who_is_no_steward_any_more_brings_in_nothing(self, home, cleo):
        run = tried(cleo, home)
        work.bring_in(run.pk, by=cleo)
        factories.member("Dan", of=home, role=Role.STEWARD)
        cleo.memberships.update(role=Role.MEMBER)
        assert settled(run).state == ImportState.FAILED
        assert not Listing.objects.exists()

    def test_who_brought_it_is_told(self, home, cleo):
        run = brought(cleo, home)
        assert cleo.notifications.get(kind="import").url == reverse("import", args=[run.pk])


class TestPhotos:
    def test_they_come_from_the_zip_by_name(self, home, cleo):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("../../Fotos/BOHRHAMMER.png", photo().read())
            archive.writestr("leiter.png", b"no picture")
        run = brought(cleo, home, pictures=upload(buffer.getvalue(), "p.zip"))
        assert (run.pictures_due, run.pictures_done) == (2, 2)
        assert Listing.objects.get(title="Bohrhammer").photos.count() == 1
        assert Listing.objects.get(title="Leiter").photos.count() == 0
        assert run.problems.filter(sentence__startswith="leiter.png").exists()
        pictures.bring_some(run.pk)
        assert Listing.objects.get(title="Bohrhammer").photos.count() == 1

    def test_the_list_may_lie_in_the_zip_itself(self, home, cleo):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("things/list.csv", LIST)
            archive.writestr("things/bohrhammer.png", photo().read())
        brought(cleo, home, upload(buffer.getvalue(), "all.zip"))
        assert Listing.objects.get(title="Bohrhammer").photos.count() == 1

    def test_a_zip_of_countless_files_is_refused_before_its_table_is_read(self, home, cleo, monkeypatch):
        monkeypatch.setattr(packed, "MOST_TABLE", 2000)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("list.csv", LIST)
            for n in range(60):
                archive.writestr(f"{n}", b"")
        with pytest.raises(Refusal, match="too many files") as caught:
            begun(cleo, home, upload(buffer.getvalue(), "all.zip"))
        assert caught.value.field == "sheet"
        run = brought(cleo, home, pictures=upload(buffer.getvalue(), "p.zip"))
        assert run.problems.filter(sentence__contains="too many files").exists()

    def test_a_zip_that_would_fill_the_disk_is_refused(self, home, cleo, monkeypatch):
        monkeypatch.setattr(packed, "MOST_BYTES", 100)
        with pytest.raises(Refusal, match="too large") as caught:
            begun(cleo, home, pictures=upload(b"x" * 101, "p.zip"))
        assert caught.value.field == "pictures" and not CatalogueImport.objects.exists()

    def test_a_list_that_unpacks_beyond_its_limit_is_told_as_that(self, home, cleo):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("list.csv", b"title\n" + b"a\n" * 8_000_000)
        with pytest.raises(Refusal, match="too large"):
            begun(cleo, home, upload(buffer.getvalue(), "all.zip"))

    def test_only_the_latest_files_of_a_member_are_kept(self, home, cleo, monkeypatch):
        monkeypatch.setattr(work, "MOST_KEPT", 2)
        first, second, third = (begun(cleo, home) for _n in range(3))
        first.refresh_from_db()
        assert (first.sheet, bool(second.sheet), bool(third.sheet)) == ("", True, True)
        work.match(first.pk, first.mapping, by=cleo)
        assert settled(first).state == ImportState.FAILED

    @pytest.mark.parametrize("content", [b"no zip", b"PK\x03\x04 broken"])
    def test_a_broken_zip_is_told_and_the_listings_stand(self, home, cleo, content):
        run = brought(cleo, home, pictures=upload(content, "p.zip"))
        assert run.added == 2 and run.pictures_done == run.pictures_due
        assert run.problems.filter(row=0).exists()


class TestTakingOut:
    def test_what_is_taken_out_is_known_when_it_comes_back(self, home, cleo):
        brought(cleo, home, LIST + "T4;'=SUM(A1);;;;\n")
        out = b"".join(export.as_csv(export.listings_of(cleo, home)))
        assert b"'=SUM" in out and b"3.50" in out and Listing.objects.filter(title="=SUM(A1)").exists()
        assert counts(tried(cleo, home, upload(out))) == (0, 0, 3, 0)

    def test_a_change_in_the_sheet_changes_that_listing(self, home, cleo):
        brought(cleo, home)
        out = b"".join(export.as_csv(export.listings_of(cleo, home))).replace(b"Leiter", b"Klappleiter")
        assert counts(brought(cleo, home, upload(out))) == (0, 1, 1, 0)
        assert Listing.objects.filter(title="Klappleiter").count() == 1

    def test_the_zip_holds_the_photos(self, home, cleo):
        from listings import actions

        listing = factories.listing(cleo, of=home)
        listing.tool = None
        type(listing).tool.related.related_model.objects.create(listing=listing)
        actions.add_photo(listing.pk, photo(), by=cleo)
        archive = zipfile.ZipFile(io.BytesIO(b"".join(export.as_zip(export.listings_of(cleo)))))
        assert archive.testzip() is None
        assert archive.namelist() == ["catalogue.csv", f"photos/{listing.pk}-1.webp"]

    def test_photos_come_back_in_their_order_with_what_they_show(self, home, cleo):
        from listings import actions

        listing = actions.create(by=cleo, facts={"kind": "tool", "title": "Saw"})
        for alt in ("", "3: the blade,\n; sharp", "=Its case"):
            actions.add_photo(listing.pk, photo(), by=cleo, alt=alt)
        archive = upload(b"".join(export.as_zip(export.listings_of(cleo))), "all.zip")
        quay = factories.community("Quay")
        factories.join(cleo, quay)
        run = brought(cleo, quay, archive, commons=False, publish=False)
        assert (counts(run), run.pictures_done) == ((1, 0, 0, 0), 3)
        back = Listing.objects.get(community=quay)
        assert [one.alt for one in back.photos.all()] == ["", "3: the blade, ; sharp", "=Its case"]
        archive.seek(0)
        assert counts(tried(cleo, quay, archive, commons=False, publish=False)) == (0, 0, 1, 0)

    def test_what_the_photos_of_a_thing_here_show_is_changed_and_they_come_once(self, home, cleo):
        from listings import actions

        listing = actions.create(by=cleo, facts={"kind": "tool", "title": "Saw"})
        for alt in ("The blade", "Its case"):
            actions.add_photo(listing.pk, photo(), by=cleo, alt=alt)
        sheet = b"".join(export.as_csv(export.listings_of(cleo)))
        run = brought(cleo, home, upload(sheet.replace(b"Its case", b"An old case")), commons=False)
        assert counts(run) == (0, 1, 0, 0) and run.pictures_due == 0
        assert [one.alt for one in listing.photos.all()] == ["The blade", "An old case"]

    @pytest.mark.parametrize(
        ("cell", "says"), [("3: Blade", "does not name"), ("x" * 201, "At most 200"), ("Blade\nCase", "")]
    )
    def test_what_a_photo_shows_is_about_one_that_is_named(self, home, cleo, cell, says):
        run = tried(cleo, home, f'name,photo,alt text\nSaw,"a.png, b.png","{cell}"\n')
        assert [problem.column for problem in run.problems.all()] == (["alt text"] if says else [])
        assert all(says in problem.sentence for problem in run.problems.all())

    def test_others_things_are_not_in_it(self, home, cleo, client):
        factories.listing(factories.member("Bo", of=home), title="Bo's drill")
        client.force_login(factories.member("Ana", of=home))
        assert b"Bo's drill" not in b"".join(client.get(reverse("listings_export")).streaming_content)
        assert client.get(reverse("listings_export"), {"of": home.slug}).status_code == 404


class TestThePages:
    def test_from_the_file_to_the_board(self, home, cleo, client, django_capture_on_commit_callbacks):
        client.force_login(cleo)
        sent = {"sheet": upload(LIST), "whose": f"commons:{home.pk}", "kind": "tool", "publish": "on"}
        page = client.post(reverse("imports"), sent, follow=True)
        run = CatalogueImport.objects.get()
        assert b"Which column is which?" in page.content and b"Bohrhammer" in page.content
        matched = {f"column_{n}": name for n, name in enumerate(run.mapping)}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("import", args=[run.pk]), matched)
        page = client.get(reverse("import", args=[run.pk])).content.decode()
        assert "Bring in 2 listings" in page and "12.50" in page
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("import_act", args=[run.pk, "bring-in"]))
        assert "The list is in" in client.get(reverse("import", args=[run.pk])).content.decode()
        mend = b"".join(client.get(reverse("import_wrong_rows", args=[run.pk])).streaming_content).decode()
        assert "Raclette" in mend and "Bohrhammer" not in mend

    def test_a_bad_file_gets_its_sentence_at_the_field(self, home, cleo, client):
        client.force_login(cleo)
        sent = {"sheet": upload(b"a,b\n"), "whose": f"mine:{home.pk}", "kind": "tool"}
        page = client.post(reverse("imports"), sent)
        assert page.status_code == 422 and "no row" in page.context["form"].errors["sheet"][0]

    def test_two_columns_cannot_be_the_same(self, home, cleo, client):
        client.force_login(cleo)
        run = begun(cleo, home)
        sent = {f"column_{n}": "title" for n in range(2)} | {f"column_{n}": "" for n in range(2, 6)}
        page = client.post(reverse("import", args=[run.pk]), sent)
        assert page.status_code == 422 and "column_1" in page.context["form"].errors

    def test_a_stranger_finds_nothing(self, home, cleo, client):
        run = tried(cleo, home)
        client.force_login(factories.member("Zoe"))
        assert client.get(reverse("import", args=[run.pk])).status_code == 404
        assert client.post(reverse("import_act", args=[run.pk, "bring-in"])).status_code == 404
        assert client.get(reverse("import_wrong_rows", args=[run.pk])).status_code == 404
        assert client.get(f"/media/{run.sheet}").status_code == 404 and default_storage.exists(run.sheet)

    def test_who_is_no_steward_brings_in_no_commons(self, home, client):
        client.force_login(factories.member("Ana", of=home))
        sent = {"sheet": upload(LIST), "whose": f"commons:{home.pk}", "kind": "tool"}
        assert client.post(reverse("imports"), sent).status_code == 422


class TestTheApi:
    def test_what_was_brought_in_is_taken_out(self, home, cleo):
        brought(cleo, home)
        api = APIClient()
        api.force_authenticate(cleo)
        for accept in ("text/csv", "application/json"):
            answer = api.get("/api/v1/catalogue/", {"of": home.slug}, headers={"Accept": accept})
            assert answer["Content-Type"].startswith("text/csv")
            assert b"Bohrhammer" in b"".join(answer.streaming_content)
        assert b"Bohrhammer" not in b"".join(api.get("/api/v1/catalogue/").streaming_content)
        packed = b"".join(api.get("/api/v1/catalogue/", {"of": home.slug, "as": "zip"}).streaming_content)
        assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["catalogue.csv"]
        api.force_authenticate(factories.member("Ana", of=home))
        assert api.get("/api/v1/catalogue/", {"of": home.slug}).status_code == 404
        assert APIClient().get("/api/v1/catalogue/").status_code == 401

    def test_the_inventory_leads_there(self, home, cleo, client):
        brought(cleo, home)
        client.force_login(cleo)
        page = client.get(reverse("inventory", args=[home.slug])).content.decode()
        assert f'href="{reverse("listings_export")}?of={home.slug}"' in page

    def test_the_same_by_the_api(self, home, cleo, client, django_capture_on_commit_callbacks):
        client.force_login(cleo)
        sent = {"sheet": upload(LIST), "community": home.slug, "commons": True}
        answer = client.post("/api/v1/imports/", sent)
        assert answer.status_code == 201, answer.content
        at = f"/api/v1/imports/{answer.json()['id']}/"
        for verb, body in (("match", {"mapping": answer.json()["mapping"]}), ("bring-in", {})):
            with django_capture_on_commit_callbacks(execute=True):
                assert client.post(f"{at}{verb}/", body, content_type="application/json").status_code == 200
        assert client.get(at).json()["added"] == 2
        assert client.get(f"{at}problems/").json()["results"][0]["row"] == 4
        assert client.post(f"{at}bring-in/").status_code == 409
        client.force_login(factories.member("Zoe"))
        assert client.get(at).status_code == 404
