"""Answers by e-mail: a letter that came to a signed address becomes a message of whoever that address was given to.

The address says who speaks and where: it is secret, signed, ends, and can be made worthless. Even so the
letter must come from one of the member's own addresses. A sender is easily forged, so that proves nothing;
it is there for honest mistakes: a letter that is passed on carries the address along, and whoever answers
it must not speak in the member's name. What cannot be posted is told to the member at their own address,
never to whoever claims to have sent it. Machines that answer machines are not heard at all.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message as Letter
from email.utils import getaddresses

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadedfile import UploadedFile as Upload
from django.utils.translation import gettext as _

from members.models import Member
from sharing.web.refusals import Refusal

from .. import actions
from ..models import Letterbox, Message, Participant
from . import letters
from .addresses import absolute, domain, read_reply
from .quoting import LONGEST, answer_in, flowed, words_of
from .topics import TOPICS, Way

log = logging.getLogger("commonshare.messaging")

POSTED, KNOWN, DROPPED, REFUSED = "posted", "known", "dropped", "refused"
LATER = "later"  # it could not be written just now: whoever brought it brings it again
MOST_AN_HOUR = 30  # from one address to answer: a machine in a ring would send more
MOST_BOUNCES = 5  # a day to one member
MOST_PARTS = 100
TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "X-Envelope-To")
AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Auto-Response-Suppress", "List-Id")
_MACHINE = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)(?:[+.=-].*)?@", re.IGNORECASE)


def receive(raw: bytes, recipients: Iterable[str] = ()) -> str:
    """Post what the letter says. `recipients`: whom it was handed over for, where its headers may not say it.

    One that is folded into itself deeper than anybody would is dropped: an error would bring it back for days.
    """
    try:
        return _received(message_from_bytes(raw), raw, recipients)
    except RecursionError:
        log.warning("A letter nested too deep was dropped.")
        return DROPPED


def _received(letter: Letter, raw: bytes, recipients: Iterable[str]) -> str:
    if _automatic(letter):
        return DROPPED
    reply = next(filter(None, map(read_reply, [*recipients, *_all(letter, TO)])), None)
    if reply is None:
        return DROPPED
    seats = Participant.objects.select_related("member", "conversation")
    seat = seats.filter(pk=reply.seat, member__is_active=True).first()
    name = f"mail-{hashlib.sha256(_text(letter, 'Message-ID').encode() or raw).hexdigest()[:48]}"
    if seat is None or _too_many(f"mail-in:{reply.seat}", MOST_AN_HOUR, 3600):
        return DROPPED
    if Message.objects.filter(author=seat.member, client_id=name).exists():
        return KNOWN
    box = Letterbox.objects.filter(member=seat.member).first()
    if not reply.valid or seat.left is not None or reply.version != (box.reply_version if box else 0):
        return _bounce(seat, name, "ended")
    if not _is_theirs(letter, seat.member):
        return _bounce(seat, name, "stranger")
    body, photos = answer_in(_words(letter)), _photos(letter)
    if not body and not photos:
        return _bounce(seat, name, "empty")
    try:
        actions.post(seat.conversation_id, by=seat.member, body=body, client_id=name, photos=photos)
    except actions.NotInside:
        return _bounce(seat, name, "ended")
    except actions.Unavailable:
        return LATER
    except Refusal as refusal:
        return _bounce(seat, name, "refused", str(refusal))
    return POSTED


# --- reading ------------------------------------------------------------------------------------------


def _automatic(letter: Letter) -> bool:
    """Whether no person sent it: holiday answers, bounces, lists, and our own letters coming back."""
    if _text(letter, "Auto-Submitted").lower() not in ("", "no"):
        return True
    if _text(letter, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if any(letter.get(header) is not None for header in AUTOMATIC):
        return True
    if _text(letter, "Return-Path") == "<>" or letter.get_content_type() == "multipart/report":
        return True
    if _text(letter, "Message-ID").lower().rstrip(">").endswith(f"@{domain().lower()}"):
        return True
    sender = _sender(letter)
    return not sender or bool(_MACHINE.match(sender))


def _is_theirs(letter: Letter, member: Member) -> bool:
    sender = _sender(letter)
    if sender == member.email.lower():
        return True
    return EmailAddress.objects.filter(user=member, verified=True, email__iexact=sender).exists()


def _sender(letter: Letter) -> str:
    """The one address it comes from; a letter of several people is nobody's."""
    found = [address for _name, address in getaddresses(_all(letter, ("From",))) if "@" in address]
    return found[0].lower() if len(found) == 1 and "\x00" not in found[0] else ""


def _all(letter: Letter, names: Iterable[str]) -> list[str]:
    return [str(value)[:2000] for name in names for value in letter.get_all(name, [])]


def _text(letter: Letter, name: str) -> str:
    return " ".join(str(letter.get(name, "")).split())[:500]


def _parts(letter: Letter) -> list[Letter]:
    return [part for _number, part in zip(range(MOST_PARTS), letter.walk(), strict=False) if not part.is_multipart()]


def _words(letter: Letter) -> str:
    """The words of the letter: its plain part, else its HTML without what it quotes."""
    said: dict[str, Letter] = {}
    for part in _parts(letter):
        if part.get_content_type() in ("text/plain", "text/html") and not _is_attached(part):
            said.setdefault(part.get_content_type(), part)
    if plain := said.get("text/plain"):
        text = _decoded(plain)
        if str(plain.get_param("format", "")).lower() == "flowed":
            text = flowed(text, delete_space=str(plain.get_param("delsp", "")).lower() == "yes")
        if text.strip() or "text/html" not in said:
            return text
    return words_of(_decoded(said["text/html"])) if "text/html" in said else ""


def _decoded(part: Letter) -> str:
    raw = part.get_payload(decode=True)
    data = raw[:LONGEST] if isinstance(raw, bytes) else b""
    try:
        text = data.decode(part.get_content_charset() or "utf-8", errors="replace")
    except (LookupError, ValueError):  # none there is, or one that replaces nothing
        text = data.decode("utf-8", errors="replace")
    return text.replace("\x00", "").encode(errors="replace").decode()


def _is_attached(part: Letter) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _photos(letter: Letter) -> list[Upload]:
    """The pictures that were attached, as uploads; the pipeline looks at what they really are."""
    found: list[Upload] = []
    for part in _parts(letter):
        if part.get_content_maintype() != "image" or not (_is_attached(part) or part.get("Content-ID") is None):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data and len(found) < actions.MOST_PHOTOS:
            name = _file_name(part) or "photo"
            found.append(SimpleUploadedFile(name, data, part.get_content_type()))
    return found


def _file_name(part: Letter) -> str:
    try:
        name = str(make_header(decode_header(part.get_filename() or "")))
    except (LookupError, ValueError, MessageError):
        return ""
    return re.sub(r"[^\w. -]", "", name)[-80:]


# --- telling ------------------------------------------------------------------------------------------


def _bounce(seat: Participant, name: str, why: str, refusal: str = "") -> str:
    """Tell the member, once for each letter, why it is not in the conversation."""
    member = seat.member
    once = cache.add(f"mail-bounced:{name}", True, 86_400)
    if not once or _too_many(f"mail-bounces:{member.pk}", MOST_BOUNCES, 86_400):
        return REFUSED
    with letters.reader(member):
        words = {
            "ended": _("The address it was sent to has ended, or you take part in the conversation no longer."),
            "stranger": _("It came from an address that is not yours here. Letters that you pass on let nobody speak"
                          " for you. If it is yours, add it in your settings, or write from the one we know."),
            "empty": _("We found no words in it above the letter that it answers."),
            "refused": refusal,
        }[why]  # fmt: skip
        title = _("Your answer by e-mail could not be posted")
        facts = {"title": title, "text": words, "url": absolute(seat.conversation.get_absolute_url())}
        frame = letters.Frame(member, TOPICS["messages"], Way.MAIL, f"bounce-{name}", must=True)
        try:
            frame.letter(title, "messaging/email/bounce", facts).send()
        except (OSError, ValueError) as trouble:
            log.warning("Member %s was not told that an answer could not be posted: %s", member.pk, trouble)
    return REFUSED


def _too_many(key: str, most: int, seconds: int) -> bool:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ended this moment
        return False


