"""What programs can do in conversations: all that pages can."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from members.authentication import issue_token
from messaging import actions
from messaging.models import Message, Report
from tests import factories as make

pytestmark = pytest.mark.django_db


class Caller:
    def __init__(self, client, member) -> None:
        self.client, self.member = client, member
        self.headers = {"authorization": f"Bearer {issue_token(member)}"}

    def __call__(self, verb: str, path: str, body: dict | None = None, status: int = 200, **more):
        facts = {"headers": self.headers} | ({} if verb == "get" else {"content_type": "application/json"}) | more
        answer = getattr(self.client, verb)(f"/api/v1/{path}", body or {}, **facts)
        assert answer.status_code == status, (path, answer.status_code, answer.content[:400])
        return answer.json() if answer.content else None


@pytest.fixture
def street(client):
    home = make.community()
    home.cleo = Caller(client, make.member("Cleo", of=home, role="steward"))
    home.ana, home.bo = (Caller(client, make.member(name, of=home)) for name in ("Ana", "Bo"))
    home.zoe = Caller(client, make.member("Zoe"))
    home.talk = actions.direct(home.ana.member, home.bo.member)
    home.lines = f"conversations/{home.talk.pk}/messages/"
    return home


def test_a_line_is_said_answered_edited_signed_and_deleted(street):
    first = street.ana("post", street.lines, {"client_id": "1", "body": "Drill?"}, 201)
    assert "rich" not in first
    again = street.bo("post", street.lines, {"client_id": "1", "body": "Yes", "reply_to": 1}, 201)
    assert again["rich"] and again["reply_to"] == 1
    assert street.bo("patch", street.lines + "2/", {"body": "Oh yes"})["edited"]
    street.ana("patch", street.lines + "2/", {"body": "No"}, 409)
    signed = street.ana("post", street.lines + "2/reactions/", {"sign": "👍"})
    assert signed["reactions"] == {"👍": [street.ana.member.pk]}
    street.ana("post", street.lines + "2/reactions/", {"sign": "x"}, 400)
    assert street.ana("get", street.lines)["results"][1]["reactions"] == signed["reactions"]
    gone = street.bo("delete", street.lines + "2/")
    assert gone["deleted"] and gone["body"] == "" and "reply_to" not in gone and "reactions" not in gone


def test_strangers_find_nothing(street):
    street.ana("post", street.lines, {"client_id": "1", "body": "Drill?"}, 201)
    for verb, path, body in (
        ("patch", "1/", {"body": "x"}), ("delete", "1/", {}), ("post", "1/reactions/", {"sign": "👍"}),
        ("post", "1/answer/", {"answer": "accept"}), ("post", "1/report/", {"reason": "rude"}),
    ):  # fmt: skip
        street.zoe(verb, street.lines + path, body, 404)
    talk = f"conversations/{street.talk.pk}/"
    street.zoe("get", talk + "people/", status=404)
    for path in ("mute/", "archive/", "leave/"):
        street.zoe("post", talk + path, {"span": "day"}, 404)


def test_a_place_and_photos_are_sent_and_read(street):
    place = {"name": "Fountain", "lat": 47.99, "lon": 7.85}
    said = street.ana("post", street.lines, {"client_id": "1", "place": place}, 201)
    assert said["kind"] == "place" and (said["place"]["lat"], said["place"]["lon"]) != (47.99, 7.85)
    street.ana("post", street.lines, {"client_id": "2"}, 400)
    street.ana("post", street.lines, {"client_id": "2", "place": {"lat": 99, "lon": 1}}, 400)
    content = io.BytesIO()
    Image.new("RGB", (400, 300), "#a63").save(content, "JPEG")
    upload = SimpleUploadedFile("a.jpg", content.getvalue(), content_type="image/jpeg")
    form = {"client_id": "3", "photos": upload, "alts": "A drill"}
    sent = street.ana.client.post(f"/api/v1/{street.lines}", form, headers=street.ana.headers)
    assert sent.status_code == 201, sent.content
    (photo,) = sent.json()["photos"]
    assert photo["alt"] == "A drill"
    for caller, status in ((street.bo, 200), (street.zoe, 404)):
        assert caller.client.get(photo["url"], headers=caller.headers).status_code == status


def test_a_seat_is_muted_put_away_and_searched(street):
    street.bo("post", street.lines, {"client_id": "1", "body": "Die Échelle"}, 201)
    talk = f"conversations/{street.talk.pk}/"
    assert street.ana("post", talk + "mute/", {"span": "week"})["muted_until"]
    assert street.ana("post", talk + "archive/", {"on": True})["archived"] is True
    people = street.ana("get", talk + "people/")["results"]
    assert [each["name"] for each in people] == ["Ana", "Bo"]
    assert [row["sequence"] for row in street.ana("get", "conversations/search/", {"q": "echelle"})["results"]] == [1]
    assert street.zoe("get", "conversations/search/", {"q": "echelle"})["results"] == []
    street.ana("post", talk + "leave/", status=409)


def test_a_door_is_closed_and_opened(street):
    bo = street.bo.member.pk
    street.ana("put", f"blocked/{bo}/", status=204)
    assert street.ana("get", "blocked/")["results"] == [{"id": bo, "name": "Bo"}]
    assert street.bo("post", street.lines, {"client_id": "1", "body": "Hm"}, 409)["type"].endswith("quiet")
    street.ana("delete", f"blocked/{bo}/", status=204)
    street.bo("post", street.lines, {"client_id": "1", "body": "Hm"}, 201)
    street.ana("put", f"blocked/{2**62}/", status=404)


def test_channels_and_reports(street):
    base = f"communities/{street.slug}/"
    street.ana("post", base + "channels/", {"name": "News"}, 404)
    made = street.cleo("post", base + "channels/", {"name": "News", "kind": "announcements"}, 201)
    street.ana("post", f"{base}channels/{made['id']}/join/")
    changed = street.cleo("put", f"{base}channels/{made['id']}/", {"name": "Bulletin", "kind": "talk"})
    assert changed["name"] == "Bulletin"
    assert street.cleo("post", f"{base}channels/{made['id']}/close/")["closed"] is True
    assert [each["people"] for each in street.ana("get", base + "channels/")] == [2]
    street.zoe("get", base + "channels/", status=404)

    street.bo("post", street.lines, {"client_id": "1", "body": "Fool"}, 201)
    report = street.ana("post", street.lines + "1/report/", {"reason": "rude"}, 201)
    street.ana("get", base + "reports/", status=404)
    assert [row["id"] for row in street.cleo("get", base + "reports/")["results"]] == [report["id"]]
    ruled = street.cleo("post", f"{base}reports/{report['id']}/", {"ruling": "taken_down"})
    assert ruled["ruling"] == "taken_down" and Report.objects.get().ruled
    assert Message.objects.get(conversation=street.talk).deleted
