"""Refusals: how an action says no, in words a neighbour understands."""


class Refusal(ValueError):
    """An action that is not possible now. `str()` is a translated sentence for the person who asked.

    field: the input that caused it, when one did (shown at that field; 400 in the API).
    code: a short machine-readable reason, part of the problem document's type.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)
