"""Pages and their frame: what a script asks for bears no style of its own, and each page says the same things alike."""

import pytest
from django.urls import reverse

from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_page_bears_a_style_with_a_nonce_only_where_it_is_shown_as_a_page(client):
    """Put into another page it would be refused there, and the browser would say so as an error."""
    assert b"<style nonce=" in client.get("/").content
    swapped = client.get("/", headers={"HX-Request": "true"}).content.decode()
    assert "<main" in swapped and "<style" not in swapped


def test_the_password_of_until_now_is_asked_for_without_the_rule_for_new_ones(client):
    client.force_login(make.member("Ana"))
    page = client.get(reverse("account_change_password")).content.decode()
    old, new = page.index('id="id_oldpassword"'), page.index('id="id_password1"')
    assert "At least 8 characters." not in page[:old] and page[old:new].count("At least 8 characters.") == 1
    assert page.count("At least 8 characters.") == 1
    assert "Forgot your password?" not in page  # a button below says so


def test_the_approvals_lead_back_to_the_bookings(client):
    client.force_login(make.member("Ana"))
    page = client.get(reverse("approvals")).content.decode()
    assert f'<ol><li><a href="{reverse("bookings")}">' in page[page.index('class="crumbs"') :]


def test_news_is_closed_and_conversations_are_archived(client):
    """Two deeds, two words."""
    client.force_login(make.member("Ana"))
    page = client.get(reverse("messages") + "?archived").content.decode()
    assert 'data-dismiss aria-label="Close"' in page and "The archive is empty." in page
    assert "Put away" not in page and "put away" not in page
