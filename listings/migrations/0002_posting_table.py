"""On SQLite the posting table is its own key: without row numbers it takes half the room and is read at once."""

from django.db import migrations

COLUMNS = "(tid bigint not null, tile bigint not null, listing_id bigint not null, primary key (tid, tile, listing_id))"


def without_row_numbers(apps, schema_editor):
    _remake(schema_editor, " without rowid")


def with_row_numbers(apps, schema_editor):
    _remake(schema_editor, "")


def _remake(schema_editor, how):
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("alter table listings_term rename to listings_term_before")
    schema_editor.execute("drop index if exists term_by_listing")
    schema_editor.execute(f"create table listings_term {COLUMNS}{how}")
    schema_editor.execute("insert into listings_term select tid, tile, listing_id from listings_term_before order by 1, 2, 3")
    schema_editor.execute("drop table listings_term_before")
    schema_editor.execute("create index term_by_listing on listings_term (listing_id)")


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial")]
    operations = [migrations.RunPython(without_row_numbers, with_row_numbers)]
