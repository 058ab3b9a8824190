"""One's year by the API."""

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from . import counting, tables
from .views import FIRST_YEAR


class AmountsSerializer(serializers.Serializer):
    """Minor units of the part's currency."""

    bookings = serializers.IntegerField()
    price_minor = serializers.IntegerField()
    fee_minor = serializers.IntegerField()
    solidarity_minor = serializers.IntegerField()
    given_back_minor = serializers.IntegerField()
    amount_minor = serializers.IntegerField(help_text="What was earned or paid in all, less what was given back.")


class QuarterSerializer(AmountsSerializer):
    quarter = serializers.IntegerField(min_value=1, max_value=4)


class ThingSerializer(serializers.Serializer):
    """What one listing earned."""

    name = serializers.CharField()
    url = serializers.CharField()
    kind = serializers.CharField()
    bookings = serializers.IntegerField()
    nights = serializers.IntegerField()
    amount_minor = serializers.IntegerField()


class FromPoolSerializer(serializers.Serializer):
    kind = serializers.CharField()
    amount_minor = serializers.IntegerField()


class YearPartSerializer(serializers.Serializer):
    """The year in one community."""

    community = serializers.SlugField()
    currency = serializers.CharField()
    earned = AmountsSerializer()
    quarters = QuarterSerializer(many=True)
    things = ThingSerializer(many=True)
    things_complete = serializers.BooleanField()
    paid = AmountsSerializer()
    from_pool = FromPoolSerializer(many=True)


class YearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    communities = YearPartSerializer(many=True)


class Year(APIView):
    """What a calendar year came to for me: counts and totals as DAC7 asks of platforms."""

    @extend_schema(operation_id="payments_year", responses=YearSerializer)
    def get(self, request: Request, year: int) -> Response:
        if not FIRST_YEAR <= year <= counting.years_of(request.user)[0]:
            raise Http404
        parts = counting.of(request.user, year)
        return Response({"year": year, "communities": [tables.as_data(part) for part in parts]})


urlpatterns = [path("payments/years/<int:year>/", Year.as_view(), name="api_payments_year")]
