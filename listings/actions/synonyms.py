"""What words a community uses for the same thing; its stewards say so."""

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from listings.models import Synonym
from listings.saved.tasks import hear_words
from listings.search import synonyms, terms
from members.models import Community, Member
from sharing.web.refusals import Refusal

MOST = 200


def add_synonym(community: Community, *, by: Member, word: str, means: str) -> Synonym:
    """Who looks for `word` finds `means` too. Said twice, it stands once."""
    _stewarded(community.pk, by)
    said, meant = _one_word(word, "word"), _one_word(means, "means")
    if set(terms.variants(said)) & set(terms.variants(meant)):
        raise Refusal(_("These two are found as one word already."), field="means")
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if community.synonyms.count() >= MOST:
            raise Refusal(_("A community has %(most)s of these at most.") % {"most": MOST})
        synonym, _made = Synonym.objects.get_or_create(community=community, word=said, means=meant)
        _changed(community.pk)
    return synonym


def remove_synonym(synonym_id: int, *, by: Member) -> None:
    synonym = Synonym.objects.filter(pk=synonym_id).first()
    if synonym is None:
        raise Http404
    _stewarded(synonym.community_id, by)
    with transaction.atomic():
        synonym.delete()
        _changed(synonym.community_id)


def _changed(community_id: int) -> None:
    transaction.on_commit(lambda: synonyms.forget(community_id))
    hear_words.enqueue(community_id)


def _stewarded(community_id: int, by: Member) -> None:
    """Others find nothing here."""
    if not Community.objects.looked_after_by(by).filter(pk=community_id).exists():
        raise Http404


def _one_word(text: str, field: str) -> str:
    words = list(terms.words(text))
    if len(words) != 1:
        raise Refusal(_("Please give one word."), field=field)
    return words[0]
