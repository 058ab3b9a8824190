"""A calendar by https: the certificate is looked at, by the name one asked for; nothing is believed without."""

from datetime import timedelta

import pytest

from bookings.calendars.fetch import fetch
from bookings.states import FeedFault

from .authority import Authority
from .remote import drip, file, send, serving
from .test_fetch import fault

CALENDAR = file("UID:1\nDTSTART:20270104T100000Z")


@pytest.fixture
def trusted(settings, tmp_path) -> Authority:
    settings.FEEDS_MAY_BE_PRIVATE = True
    authority = Authority(tmp_path)
    settings.OUTWARD_CA = str(authority.file)
    return authority


def test_a_calendar_is_read_over_tls_and_its_marks_are_kept(trusted):
    asked = []

    def answer(handler) -> None:
        asked.append((handler.connection.version(), handler.headers["Host"]))
        send(handler, CALENDAR, ETag='"one"')

    with serving(answer, tls=trusted.server()) as url:
        got = fetch(url)
    assert (got.body, got.etag) == (CALENDAR, '"one"')
    assert asked[0][0] in ("TLSv1.2", "TLSv1.3") and asked[0][1].startswith("127.0.0.1:")


@pytest.mark.parametrize("wrong", ["of another authority", "for another address", "run out", "none at all"])
def test_a_certificate_that_does_not_hold_is_not_believed(trusted, settings, tmp_path, wrong):
    heard = []
    context = {
        "of another authority": lambda: Authority(tmp_path, "Strangers").server(),
        "for another address": lambda: trusted.server("127.0.0.2"),
        "run out": lambda: trusted.server(valid=-timedelta(days=1)),
        "none at all": lambda: None,
    }[wrong]()
    with serving(lambda handler: (heard.append(1), send(handler, CALENDAR)), tls=context) as url:
        assert fault(url.replace("http://", "https://")) == FeedFault.UNREACHABLE
    assert not heard


def test_our_own_authority_is_trusted_by_nobody_who_was_not_told(trusted, settings):
    settings.OUTWARD_CA = None
    with serving(lambda handler: send(handler, CALENDAR), tls=trusted.server()) as url:
        assert fault(url) == FeedFault.UNREACHABLE


def test_who_drips_over_tls_has_no_more_time(trusted):
    with serving(lambda handler: drip(handler, in_headers=False), tls=trusted.server()) as url:
        assert fault(url, seconds=0.6) == FeedFault.SLOW
