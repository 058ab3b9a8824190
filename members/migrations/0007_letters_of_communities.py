"""Names and places of communities as one looks for them, without case and accents."""

from django.db import migrations, models

from sharing.values.folding import fold

AT_ONCE = 500


def write_letters(apps, _schema_editor) -> None:
    rows, some = apps.get_model("members", "Community").objects, []
    for row in rows.only("name", "place").iterator(AT_ONCE):
        row.sought = "\n".join(" ".join(fold(part).split()) for part in (row.name, row.place))
        some.append(row)
        if len(some) == AT_ONCE:
            rows.bulk_update(some, ["sought"])
            some = []
    rows.bulk_update(some, ["sought"])


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0006_who_runs_the_house'),
    ]

    operations = [
        migrations.AddField(
            model_name='community',
            name='sought',
            field=models.TextField(default='', editable=False),
        ),
        migrations.RunPython(write_letters, migrations.RunPython.noop, elidable=True),
    ]
