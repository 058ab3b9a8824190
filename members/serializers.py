"""What the API says of members and communities, and what it takes.

Input is strict: a field nobody knows, a number where a text belongs, or a NUL byte is refused at
its field. Other rooms build on `Strict` and `Text`.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from sharing.values.place import Point

from . import actions, geo
from .actions.memberships import ANSWER_LENGTH
from .models import Community, HouseRules, Member, Membership
from .queries import current_rules, shared_communities


class Strict(serializers.Serializer):
    """Refuses fields it does not know; those that are only read may be sent back, and are ignored."""

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({str(name): [_("There is no such field.")] for name in sorted(unknown)})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A text, and nothing that could be read as one."""

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Coordinate(serializers.FloatField):
    def to_internal_value(self, data):
        if isinstance(data, (bool, str)):
            self.fail("invalid")
        return super().to_internal_value(data)


class TokenRequest(Strict):
    email = serializers.EmailField(max_length=254)
    password = Text(max_length=1024, trim_whitespace=False, style={"input_type": "password"}, write_only=True)
    label = Text(max_length=80, required=False, default="", allow_blank=True)  # type: ignore[assignment]


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField(read_only=True)


class Belonging(serializers.ModelSerializer):
    """A membership, as its member sees it."""

    community: serializers.Field = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    name = serializers.CharField(source="community.name", read_only=True)

    class Meta:
        model = Membership
        fields = read_only_fields = [
            "community", "name", "standing", "role", "treasurer", "member_class", "rules_accepted", "joined", "ended",
        ]


class Me(Strict, serializers.ModelSerializer):
    """The member who asks: the exact place is theirs alone."""

    name = Text(max_length=80)
    about = Text(max_length=2000, allow_blank=True)
    spoken = Text(max_length=120, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    time_zone = Text(max_length=64)
    place = Text(max_length=120, allow_blank=True)
    lat = Coordinate(min_value=-90, max_value=90, allow_null=True)
    lon = Coordinate(min_value=-180, max_value=180, allow_null=True)
    photo = serializers.CharField(source="photo_url", read_only=True)
    communities = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = [
            "id", "name", "email", "about", "spoken", "language", "time_zone", "place", "lat", "lon", "photo",
            "joined", "communities",
        ]
        read_only_fields = ["id", "email", "joined"]

    @extend_schema_field(Belonging(many=True))
    def get_communities(self, member: Member) -> list:
        rows = member.memberships.active().select_related("community").order_by("joined", "pk")
        return list(Belonging(rows, many=True).data)

    def validate_time_zone(self, value: str) -> str:
        if value not in geo.ZONES:
            raise serializers.ValidationError(_("There is no such time zone."))
        return value

    def validate(self, attrs: dict) -> dict:
        if ("lat" in attrs) != ("lon" in attrs) or (attrs.get("lat") is None) != (attrs.get("lon") is None):
            raise serializers.ValidationError({"lat": [_("A point has a latitude and a longitude.")]})
        return attrs

    def update(self, member: Member, facts: dict) -> Member:
        lat, lon = facts.pop("lat", ...), facts.pop("lon", ...)
        point = Point(lat, lon) if lat is not ... and lat is not None else None
        return actions.update_profile(member, point=point, forget_point=lat is None, **facts)


@extend_schema_serializer(component_name="CommunityLine")
class CommunityLine(serializers.ModelSerializer):
    """What a community shows of itself."""

    questions = serializers.ListField(child=serializers.CharField(), read_only=True)
    people = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()
    membership = serializers.SerializerMethodField()

    class Meta:
        model = Community
        fields = read_only_fields = [
            "slug", "name", "about", "place", "lat", "lon", "country", "currency", "time_zone", "language", "joining",
            "questions", "listed", "people", "created", "url", "membership",
        ]

    def get_url(self, community: Community) -> str:
        return self.context["request"].build_absolute_uri(community.get_absolute_url())

    @extend_schema_field(Belonging(allow_null=True))
    def get_membership(self, community: Community) -> dict | None:
        """How the caller stands to it; null when not at all."""
        mine = next(iter(community.mine), None) if hasattr(community, "mine") else None
        if mine is None:
            return None
        mine.community = community
        return Belonging(mine).data


class Rules(serializers.ModelSerializer):
    class Meta:
        model = HouseRules
        fields = read_only_fields = ["version", "text", "created"]


@extend_schema_serializer(component_name="Community")
class CommunityInFull(CommunityLine):
    """One community, with the house rules that one accepts on joining."""

    rules = serializers.SerializerMethodField()

    class Meta(CommunityLine.Meta):
        fields = read_only_fields = [*CommunityLine.Meta.fields, "rules"]

    @extend_schema_field(Rules(allow_null=True))
    def get_rules(self, community: Community) -> dict | None:
        """The version that holds now; null when none is written."""
        rules = current_rules(community)
        return Rules(rules).data if rules else None


class JoinRequest(Strict):
    answers = serializers.ListField(
        child=Text(max_length=ANSWER_LENGTH, allow_blank=True), max_length=20, required=False, default=list
    )
    invitation_key = Text(max_length=40, required=False, default="", allow_blank=True)
    rules_version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, default=0)


class Neighbour(serializers.ModelSerializer):
    """A member as another member sees them: only communities that both belong to."""

    photo = serializers.CharField(source="photo_url", read_only=True)
    url = serializers.SerializerMethodField()
    communities = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = read_only_fields = ["id", "name", "about", "spoken", "place", "photo", "joined", "url", "communities"]

    def get_url(self, member: Member) -> str:
        return self.context["request"].build_absolute_uri(member.get_absolute_url())

    @extend_schema_field(serializers.ListField(child=serializers.DictField(child=serializers.CharField())))
    def get_communities(self, member: Member) -> list[dict[str, str]]:
        viewer = self.context["request"].user
        return [{"slug": row.slug, "name": row.name} for row in shared_communities(viewer, member)]
