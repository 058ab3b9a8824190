"""What any engine can keep: text without NUL and without half of a surrogate pair, numbers that are numbers."""

import math
from typing import Any


def keepable(value: Any) -> Any:
    """The same JSON without what PostgreSQL refuses; what has nothing of it comes back as it is."""
    match value:
        case str():
            return _text(value)
        case dict():
            return {_text(name): keepable(each) for name, each in value.items()}
        case list():
            return [keepable(each) for each in value]
        case float() if not math.isfinite(value):
            return None
    return value


def _text(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode(errors="replace").decode()
