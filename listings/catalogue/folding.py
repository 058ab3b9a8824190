"""Headers and choices as people write them, made alike."""

import re
import unicodedata
from collections.abc import Mapping

from django.conf import settings
from django.utils import translation

_SIGNS = re.compile(r"[^0-9a-z]+")


def fold(text: str) -> str:
    """Without case, accents and signs, so that "Catégorie:" is "categorie"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_SIGNS.split("".join(c for c in plain if not unicodedata.combining(c)))).strip()


def by_name(labels: Mapping[str, object]) -> dict[str, str]:
    """A list may be in another language than the page it is brought to: names of all of them, and the values."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.update({fold(str(label)): value for value, label in labels.items()})
    return found | {fold(str(value)): value for value in labels}
