"""Members' plain text made into safe HTML: paragraphs, line breaks and links, and nothing else."""

import nh3
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

_ALLOWED = {"p", "br", "a"}


def to_html(text: str | None) -> SafeString:
    """Escape first, then add paragraphs and links; nh3 has the last word on what passes."""
    blocks = [block.strip() for block in (text or "").replace("\r\n", "\n").split("\n\n") if block.strip()]
    html = "".join(f"<p>{urlize(escape(block)).replace(chr(10), '<br>')}</p>" for block in blocks)
    return mark_safe(  # noqa: S308 - cleaned on this line
        nh3.clean(html, tags=_ALLOWED, attributes={"a": {"href"}}, link_rel="nofollow noopener noreferrer")
    )
