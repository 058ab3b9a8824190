"""The geocoder somebody may have set: asked rarely, politely, and never needed.

`GEOCODER` is a URL: `nominatim://nominatim.example.org?user_agent=commonshare&scheme=https`, any geopy
service by its name, its options as they are called there; `pause` is the seconds between two questions
(1 unless said), `attribution` what its owner wants to be called. Answers are kept for a month in the
cache that all processes share. The turn to ask is taken there too, so that all of them together keep the
pause (each by itself, where the cache is in its own memory). What takes longer than three seconds, the
wait for the turn included, counts as no answer. Only whole questions are sent, never what somebody is
still typing, and never who asks.
"""

import hashlib
import logging
import time
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service

log = logging.getLogger("commonshare.geocoder")
TIMEOUT_S = 3
KEPT_S = 30 * 24 * 3600
PAUSE_S = 1.0
ATTRIBUTIONS = {"nominatim": "© OpenStreetMap", "photon": "© OpenStreetMap", "pelias": "© OpenStreetMap"}

Answer = tuple[str, float, float, str, str]


class Service(NamedTuple):
    name: str
    geocoder: object
    pause: float
    attribution: str


def find(text: str, language: str = "en") -> Answer | None:
    """(name, lat, lon, country, attribution), or None when there is no geocoder or it knows nothing."""
    if not settings.GEOCODER:
        return None
    key = f"geocoded:{language}:{digest(text)}"
    if (kept := cache.get(key)) is not None:
        return tuple(kept) or None
    try:
        answer = _ask(_service(settings.GEOCODER), text, language)
    except GeopyError as error:
        log.warning("The geocoder did not answer: %s", error)
        return None
    except TimeoutError:
        return None  # others are waiting already: better no answer than a queue
    cache.set(key, answer or (), KEPT_S)
    return answer


def digest(text: str) -> str:
    """Of the whole text: in the letters of many languages an address is longer than a key may be."""
    return hashlib.blake2b(text.casefold().encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _ask(service: Service, text: str, language: str) -> Answer | None:
    more = {"language": language, "addressdetails": True} if service.name == "nominatim" else {}
    _wait_for_the_turn(service)
    found = service.geocoder.geocode(text, **more)  # type: ignore[attr-defined]  # each service has one
    if found is None:
        return None
    raw = found.raw if isinstance(found.raw, dict) else {}
    country = str((raw.get("address") or {}).get("country_code", "")).upper()[:2]
    name = str(found.address).split(",")[0]
    return name, float(found.latitude), float(found.longitude), country, service.attribution


def _wait_for_the_turn(service: Service) -> None:
    """Time is cut into slots of one pause, and each slot belongs to whoever writes its key first.

    Who has the slot after waits a whole pause from the moment at which the one before will ask.
    """
    until = time.time() + TIMEOUT_S
    while True:
        now = time.time()
        slot = int(now / service.pause)
        kept = max(2, int(service.pause * 3))
        if cache.add(f"geocoder:{service.name}:{slot}", now, kept):
            break
        if (slot + 1) * service.pause > until:
            raise TimeoutError
        time.sleep(max(0.001, (slot + 1) * service.pause - now))
    before = cache.get(f"geocoder:{service.name}:{slot - 1}")
    if before is not None and (early := before + service.pause - now) > 0:
        cache.set(f"geocoder:{service.name}:{slot}", now + early, kept)
        time.sleep(min(early, 2 * service.pause))


@lru_cache(maxsize=4)
def _service(url: str) -> Service:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.netloc:
        options.setdefault("domain", parts.netloc)
    options.setdefault("user_agent", "commonshare")
    pause = max(0.001, float(options.pop("pause", PAUSE_S)))
    attribution = options.pop("attribution", ATTRIBUTIONS.get(parts.scheme, parts.scheme.capitalize()))
    try:
        geocoder = get_geocoder_for_service(parts.scheme)(timeout=TIMEOUT_S, **options)
    except (GeopyError, TypeError) as error:
        raise ImproperlyConfigured(f"GEOCODER {url!r}: {error}") from error
    return Service(parts.scheme, geocoder, pause, attribution)
