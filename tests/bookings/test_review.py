"""From the books to the booking: treasurers see what was agreed and paid, and nobody else does."""

import pytest
from django.urls import reverse

from bookings import actions
from members.models import Membership
from members.states import Role
from payments import actions as payments
from payments.models import Transfer
from tests import factories

from .cast import community_of, drill, noon, pool, steward_of

pytestmark = pytest.mark.django_db


def test_a_treasurer_follows_an_entry_to_its_booking_and_reads_no_talk(client):
    bo = factories.member("Bo", of=factories.community())
    elm = community_of(bo)
    pool(elm)
    listing = drill(bo, address="Elm Street 7, second bell", instant=True)
    ana, treasurer, other = (factories.member(name, of=elm) for name in ("Ana", "Tess", "Other"))
    Membership.objects.filter(member=treasurer).update(role=Role.TREASURER)
    booking = actions.request(listing.pk, by=ana, starts=noon(3), ends=noon(5), note="Ring twice, please.")
    address = reverse("booking", args=[booking.pk])

    client.force_login(treasurer)
    assert client.get(address).status_code == 404  # no money has moved for it yet
    for side in (ana, bo):
        payments.confirm(booking.about, by=side)
    fee = Transfer.objects.get(kind="fee")
    assert address in client.get(reverse("books", args=[elm.slug])).content.decode()
    html = client.get(address).content.decode()

    assert "Hammer drill" in html and "Ana" in html
    assert reverse("books_entry", args=[elm.slug, fee.sequence - 2]) in html
    assert "Elm Street 7" not in html and "Ring twice" not in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]
    assert client.post(reverse("booking_step", args=[booking.pk, "cancel"])).status_code == 404
    for stranger in (other, steward_of(factories.community("Far away"))):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
