"""The geocoder somebody may have set: asked rarely, politely, and never needed.

`GEOCODER` is a URL: `nominatim://nominatim.example.org?user_agent=commonshare&scheme=https`, any geopy
service with a domain by its name. Answers are kept for a month, at most one question a second leaves
this process, and one that takes longer than three seconds counts as no answer. Only whole questions are
sent, never what somebody is still typing, and never who asks.
"""

import logging
from functools import lru_cache
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import get_geocoder_for_service

log = logging.getLogger("commonshare.geocoder")
TIMEOUT_S = 3
KEPT_S = 30 * 24 * 3600
PAUSE_S = 1.0
ATTRIBUTIONS = {"nominatim": "© OpenStreetMap", "photon": "© OpenStreetMap", "pelias": "© OpenStreetMap"}

_one_at_a_time = Lock()


def find(text: str, language: str = "en") -> tuple[str, float, float, str, str] | None:
    """(name, lat, lon, country, attribution), or None when there is no geocoder or it knows nothing."""
    if not settings.GEOCODER:
        return None
    key = f"geocoded:{language}:{text.casefold().encode().hex()}"[:240]
    if (kept := cache.get(key)) is not None:
        return tuple(kept) or None
    try:
        answer = _ask(settings.GEOCODER, text, language)
    except GeopyError as error:
        log.warning("The geocoder did not answer: %s", error)
        return None
    cache.set(key, answer or (), KEPT_S)
    return answer


def _ask(url: str, text: str, language: str) -> tuple[str, float, float, str, str] | None:
    ask, service = _service(url)
    more = {"language": language, "addressdetails": True} if service == "nominatim" else {}
    if not _one_at_a_time.acquire(timeout=TIMEOUT_S):
        return None  # others are waiting already: better no answer than a queue
    try:
        found = ask(text, **more)
    finally:
        _one_at_a_time.release()
    if found is None:
        return None
    country = str((found.raw.get("address") or {}).get("country_code", "")).upper()
    name = str(found.address).split(",")[0]
    return name, float(found.latitude), float(found.longitude), country, ATTRIBUTIONS.get(service, service.capitalize())


@lru_cache(maxsize=4)
def _service(url: str):
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.netloc:
        options.setdefault("domain", parts.netloc)
    options.setdefault("user_agent", "commonshare")
    pause = float(options.pop("pause", PAUSE_S))
    try:
        geocoder = get_geocoder_for_service(parts.scheme)(timeout=TIMEOUT_S, **options)
    except (GeopyError, TypeError) as error:
        raise ImproperlyConfigured(f"GEOCODER {url!r}: {error}") from error
    return RateLimiter(geocoder.geocode, min_delay_seconds=pause, max_retries=0, swallow_exceptions=False), parts.scheme
