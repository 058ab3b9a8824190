"""What stands in rows beside a listing, read with it: communities it is free to, answers to their questions.

A page about one listing would ask once more for each; here both come as JSON in columns of the statement
that reads the listing, on either engine.
"""

from django.db import models
from django.db.models.functions import JSONObject


class _Gathered(models.Func):
    """All rows of a subquery as one JSON array. No aggregate to Django, so that it groups by nothing."""

    function = "JSON_GROUP_ARRAY"
    output_field = models.JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def gathered(rows: models.QuerySet, **fields: str) -> models.Subquery:
    """The rows as a list of dicts; their order is nobody's promise."""
    return models.Subquery(rows.order_by().annotate(_rows=_Gathered(JSONObject(**fields))).values("_rows"))
