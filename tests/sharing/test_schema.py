"""The schema as a whole: no index that another one makes needless, and one quick way to make it all."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from sharing.db.operations import Together

OURS = ("members", "messaging", "payments", "cooperative", "listings", "bookings", "web", "clock")


def leads_another(model: type[models.Model], name: str) -> bool:
    """Whether an index or a uniqueness over all rows begins with this field."""
    whole = [
        constraint.fields
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None
    ]
    whole += [index.fields for index in model._meta.indexes if index.condition is None]
    return any(fields and fields[0].lstrip("-") == name for fields in whole)


def test_no_foreign_key_pays_for_an_index_that_another_one_contains():
    """Each row written pays for each index: a member's messages are found by (author, client id) as well."""
    twice = [
        str(field)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and not field.unique and field.db_index
        and leads_another(model, field.name)
    ]  # fmt: skip
    assert twice == []


@pytest.mark.django_db
def test_a_new_database_is_made_from_the_squashed_migrations():
    """The long way is for databases that began on it: it takes five times as long."""
    plan = MigrationExecutor(connection).loader.graph.nodes
    for app in OURS[:6]:
        first = [name for label, name in plan if label == app and name.startswith("0001")]
        assert len(first) == 1 and "squashed" in first[0]
        assert any(isinstance(step, Together) for step in plan[app, first[0]].operations)
        assert (app, first[0]) in MigrationRecorder(connection).applied_migrations()
