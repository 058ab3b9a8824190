"""What was sent, as nested values; and whether the library's own types know every name in it."""

import functools
import re
import sys
import urllib.parse
from typing import Any

from .state import Declined

_NAME = re.compile(r"\w+Params\w*")


def nested(form: str) -> dict[str, Any]:
    """`a[b]=1&c[0]=2` as {"a": {"b": "1"}, "c": ["2"]}."""
    found: dict[str, Any] = {}
    for key, value in urllib.parse.parse_qsl(form, keep_blank_values=True):
        names = re.findall(r"[^\[\]]+", key)
        inner = found
        for name in names[:-1]:
            inner = inner.setdefault(name, {})
        inner[names[-1]] = value
    return {key: _lists(value) for key, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(each) for key, each in value.items()}
    return list(inner.values()) if inner and all(key.isdigit() for key in inner) else inner


def check(sent: dict[str, Any], types: type) -> None:
    """Refuse, as Stripe does, a parameter that is not known, at any depth, or one that is required and absent."""
    known = _fields(types)
    for name, value in sent.items():
        if name not in known:
            raise Declined(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        inner = known[name]
        for each in value if isinstance(value, list) else [value]:
            if inner is not None and isinstance(each, dict):
                check(each, inner)
    for name in getattr(types, "__required_keys__", ()):
        if name not in sent and not _optional(types, name):
            raise Declined(f"Missing required param: {name}.", code="parameter_missing", param=name)


@functools.cache
def _fields(types: type) -> dict[str, type | None]:
    """Each name with the type of what it holds, when that has names of its own."""
    return {name: _inner(hint, types) for name, hint in types.__annotations__.items()}


def _optional(types: type, name: str) -> bool:
    return "NotRequired" in str(types.__annotations__[name])


def _inner(hint: object, types: type) -> type | None:
    module = sys.modules[types.__module__]
    for name in _NAME.findall(str(hint)):
        found = getattr(module, name, None)
        if hasattr(found, "__required_keys__"):
            return found
    return None
