"""What each operation is for on its own line of the API's description: the first sentence of what is said of it."""

import re
from typing import Any

VERBS = {"get", "post", "put", "patch", "delete"}
FIRST_SENTENCE = re.compile(r"(.+?[.:;])(?=\s|$)", re.S)


def summarise(result: dict[str, Any], **_more: object) -> dict[str, Any]:
    """A hook of drf-spectacular's: an operation with a description and no summary gets one."""
    for operations in result["paths"].values():
        for verb, operation in operations.items():
            said = " ".join(operation.get("description", "").split()) if verb in VERBS else ""
            if not said or operation.get("summary"):
                continue
            found = FIRST_SENTENCE.match(said)
            operation["summary"] = (found.group(1) if found else said).rstrip(".:;")
            if operation["summary"] == said.rstrip("."):
                del operation["description"]  # there is nothing more to say
    return result
