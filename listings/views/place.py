"""Where the circle lies that others see instead of a point: for those who set the pin."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from listings import places
from listings.models import Listing
from sharing.values.place import BLUR_FARTHEST_M, Point, blur

SHOWN_M = round(BLUR_FARTHEST_M) + 120


@require_safe
@login_required
def around(request: HttpRequest, pk: int) -> JsonResponse:
    """`?lat&lon` → the stand-in that this listing would have there, the circle's radius, and the town nearby.

    Told to those who look after the listing alone: nobody can ask for another owner's.
    """
    listing = get_object_or_404(Listing.objects.looked_after_by(request.user), pk=pk)
    try:
        point = Point(float(request.GET.get("lat", "")), float(request.GET.get("lon", "")))
    except ValueError:
        return JsonResponse({"detail": "lat, lon"}, status=400)
    public = blur(point, secret=settings.BLUR_SECRET, owner=listing.blur_key)
    near = places.name_at(point.lat, point.lon)
    return JsonResponse({"lat": public.lat, "lon": public.lon, "radius_m": SHOWN_M, "near": near})
