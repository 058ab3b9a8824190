"""What the OpenAPI document says of the two ways to sign in."""

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "members.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class BrowserScheme(SessionScheme):
    target_class = "members.authentication.SessionAuthentication"
    name = "session"
