"""Words while typing, from what public listings say: the commonest that begin so."""

from django.db.models import Sum

from ..models import TermFrequency
from . import spelling, terms

SHORTEST, MOST = 2, 8


def words(beginning: str) -> list[str]:
    """Whole words for the last one begun; what stands before it stays."""
    beginning = beginning[:100]
    typed = list(terms.words(beginning))
    if not typed or beginning[-1:].isspace() or len(typed[-1]) < SHORTEST:
        return []
    last = typed[-1]
    before = beginning[: len(beginning.rstrip()) - len(beginning.split()[-1])]
    rows = (
        TermFrequency.objects.filter(word__gte=last, word__lt=last + "\U0010ffff", n__gt=0)
        .values("word")
        .annotate(total=Sum("n"))
        .order_by("-total", "word")
    )
    likely = [row["word"] for row in rows[: 2 * MOST]]
    public = spelling.known(likely)  # a word whose last public listing is gone is not counted out at once
    return [f"{before}{word}" for word in likely if word in public][:MOST]
