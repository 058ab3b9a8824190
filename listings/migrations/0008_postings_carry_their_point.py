"""Each posting carries its point in centimetres, so that the nearest are found without a look at the listings."""

from django.db import migrations, models

LITE = (
    "create table listings_term (tid bigint not null, tile bigint not null, listing_id bigint not null,"
    " x integer not null, y integer not null, z integer not null, primary key (tid, tile, listing_id)) without rowid"
)
ELEPHANT = (
    "create table listings_term (tid bigint not null, tile bigint not null, listing_id bigint not null,"
    " x integer not null, y integer not null, z integer not null)"
)
KEY = "alter table listings_term add primary key (tid, tile, listing_id) include (x, y, z)"
# A ride stands at each of its stops, and when it passes one twice, at the first of those.
FILL = """
insert into listings_term (tid, tile, listing_id, x, y, z)
select t.tid, t.tile, t.listing_id,
  cast(round(coalesce(s.x, l.x) * 100) as integer),
  cast(round(coalesce(s.y, l.y) * 100) as integer),
  cast(round(coalesce(s.z, l.z) * 100) as integer)
from listings_term_before t join listings_listing l on l.id = t.listing_id
left join listings_spot s on s.listing_id = t.listing_id and s.tile = t.tile
  and s.position = (select min(f.position) from listings_spot f where f.listing_id = t.listing_id and f.tile = t.tile)
where l.x is not null
order by 1, 2, 3
"""


def forwards(apps, schema_editor):
    lite = schema_editor.connection.vendor == "sqlite"
    _set_aside(schema_editor)
    schema_editor.execute(LITE if lite else ELEPHANT)
    schema_editor.execute(FILL)
    if not lite:
        schema_editor.execute("alter table listings_term_before drop constraint if exists listings_term_pkey")
        schema_editor.execute(KEY)
    _finish(schema_editor)


def backwards(apps, schema_editor):
    lite = schema_editor.connection.vendor == "sqlite"
    _set_aside(schema_editor)
    columns = "tid bigint not null, tile bigint not null, listing_id bigint not null"
    key = ", primary key (tid, tile, listing_id)" if lite else ""
    schema_editor.execute(f"create table listings_term ({columns}{key}){' without rowid' if lite else ''}")
    schema_editor.execute("insert into listings_term select tid, tile, listing_id from listings_term_before")
    if not lite:
        schema_editor.execute("alter table listings_term_before drop constraint if exists listings_term_pkey")
        schema_editor.execute("alter table listings_term add primary key (tid, tile, listing_id)")
    _finish(schema_editor)


def _set_aside(schema_editor):
    schema_editor.execute("drop index if exists term_by_listing")
    schema_editor.execute("alter table listings_term rename to listings_term_before")


def _finish(schema_editor):
    schema_editor.execute("drop table listings_term_before")
    schema_editor.execute("create index term_by_listing on listings_term (listing_id)")


class Migration(migrations.Migration):
    dependencies = [("listings", "0007_notices_changeover_holidays")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.AddField("term", name, models.IntegerField(default=0), preserve_default=False)
                for name in ("x", "y", "z")
            ],
        )
    ]
