"""What somebody wrote in an answer by e-mail, without the letter they answered and without their signature.

Careful rather than clever: what is not surely quoted stays. Quoted lines go wherever they stand, so that an
answer above, below or between them is what is left.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from .letters import ABOVE

LONGEST = 300_000  # of a letter is read; a message is much shorter
_BROKEN = re.compile(r"<(?![A-Za-z/!?][^<>]{0,3000}>)")  # begins no tag that ends: the parser would look for its end

_VERBS = r"wrote|schrieb(?: .{1,80})?|escribió|a écrit|ha scritto|skrev|schreef(?: .{1,80})?"
_ATTRIBUTION = re.compile(rf"^(?:On|Am|El|Le|Il|Den|Op)\b.{{5,300}}?(?:{_VERBS})\s*:$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|mensaje original"
    r"|message d['’]origine|messaggio originale)\s*-*\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\W{0,3}(?:From|Von|De|Da)\W{0,3}:", re.IGNORECASE)
_SENT = re.compile(
    r"^\W{0,3}(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Enviado|Fecha|Para|Asunto|Envoyé|À|Objet|Inviato|A"
    r"|Oggetto)\W{0,3}:",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^(?:sent from my |sent with |get outlook for |von meinem .{1,40} gesendet|gesendet (?:von|mit) |enviado desde mi "
    r"|envoyé (?:de|depuis) mon |inviato da(?:l mio)? )",
    re.IGNORECASE,
)


def answer_in(text: str) -> str:
    """The answer itself."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    lines = [line.rstrip() if line != "-- " else line for line in text.split("\n")]
    lines = _before_the_letter(lines)
    lines = _without_quotes(lines)
    return _without_signature(lines)


def _before_the_letter(lines: list[str]) -> list[str]:
    """Up to where the letter begins that is shown without marks of quoting."""
    for number, line in enumerate(lines):
        ours = line.strip().startswith(f"{ABOVE} ")
        header = _FROM.match(line) and any(_SENT.match(next_) for next_ in lines[number + 1 : number + 3])
        if ours or header or _ORIGINAL.match(line):
            kept = lines[:number]
            while kept and (not kept[-1].strip() or set(kept[-1].strip()) <= set("_-*")) and kept[-1] != "-- ":
                kept.pop()
            return _without_attribution(kept)
    return lines


def _without_attribution(lines: list[str]) -> list[str]:
    """Drop "On Friday Ana wrote:" from the end, be it broken over up to three lines."""
    for count in (1, 2, 3):
        tail = lines[-count:]
        if len(tail) == count and _ATTRIBUTION.match(" ".join(part.strip() for part in tail)):
            return lines[:-count]
    return lines


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    quoted = False
    for line in lines:
        if line.startswith(">"):
            if not quoted:
                while kept and not kept[-1].strip():
                    kept.pop()
                kept = _without_attribution(kept)
            quoted = True
            continue
        if quoted and line.strip():
            kept.append("")
            quoted = False
        kept.append(line)
    return kept


def _without_signature(lines: list[str]) -> str:
    for number, line in enumerate(lines):
        if line in ("-- ", "--") and any(before.strip() for before in lines[:number]):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or _PHONE.match(lines[-1].strip())):
        lines.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def flowed(text: str, *, delete_space: bool = False) -> str:
    """Lines that a mail program broke softly (RFC 3676), whole again."""
    out: list[list[str]] = []
    soft = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(" "):
            line = line[1:]
        if soft and not line.startswith(">") and line != "-- ":
            out[-1].append(line)
        else:
            out.append([line])
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if soft and delete_space:
            out[-1][-1] = out[-1][-1][:-1]
    return "\n".join("".join(line) for line in out)


class _Words(HTMLParser):
    """The words of an HTML letter, without what it quotes."""

    SILENT = {"style", "script", "head", "title", "blockquote"}
    BREAKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "table"}
    VOID = {"br", "img", "hr", "meta", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr"}
    QUOTES = ("gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []
        self._within: Counter[str] = Counter()  # of what is silent, how often it is open
        self._over = False

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag == "br":
            self._say("\n")
        if tag in self.VOID:
            return
        facts = {name: value or "" for name, value in attrs}
        if facts.get("id", "").lower() in ("divrplyfwdmsg", "appendonsend"):
            self._over = True  # Outlook puts the letter after this, in nothing of its own
        quote = any(name in facts.get("class", "") for name in self.QUOTES)
        if self._silent or tag in self.SILENT or quote:
            self._silent.append(tag)
            self._within[tag] += 1
        elif tag in self.BREAKS:
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._within[tag]:
            while (last := self._silent.pop()) != tag:
                self._within[last] -= 1
            self._within[tag] -= 1
        elif tag in self.BREAKS and not self._silent:
            self._say("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(re.sub(r"\s+", " ", data))

    def _say(self, text: str) -> None:
        if not self._over and not self._silent:
            self.parts.append(text)


def words_of(html: str) -> str:
    """The words of an HTML letter, in time that grows with its length and no faster, whatever stands in it."""
    reader = _Words()
    reader.feed(_BROKEN.sub("&lt;", _without_comments(html[:LONGEST])))
    reader.close()
    text = re.sub(r" +", " ", "".join(reader.parts))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (begins := html.find("<!--", at)) >= 0:
        kept.append(html[at:begins])
        ends = html.find("-->", begins + 4)
        if ends < 0:
            return "".join(kept)
        at = ends + 3
    return "".join([*kept, html[at:]])
