"""Who plays in these tests: a steward, a neighbour, an outsider, and nobody at all."""

from dataclasses import dataclass

import pytest
from django.test import Client

from members.models import Community, HouseRules, Member
from members.states import Role
from tests import factories as make


@dataclass
class Cast:
    community: Community
    steward: Member
    neighbour: Member
    outsider: Member


@pytest.fixture
def cast(db) -> Cast:
    community = make.community("Elm Street")
    steward = make.member("Cleo", of=community, role=Role.STEWARD)
    return Cast(community, steward, make.member("Ana", of=community), make.member("Zoe"))


def signed_in(member: Member | None) -> Client:
    client = Client()
    if member is not None:
        client.force_login(member)
    return client


def rules(community: Community, text: str = "Bring things back clean.") -> HouseRules:
    before = community.rules.order_by("-version").first()
    return HouseRules.objects.create(community=community, version=before.version + 1 if before else 1, text=text)
