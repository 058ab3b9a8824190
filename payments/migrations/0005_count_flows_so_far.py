"""Count by month what was booked before the ledger did so itself."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from django.db import migrations

MOVES = ("posted", "post")


def count(apps, _schema_editor):
    account_model = apps.get_model("payments", "Account")
    transfers, flows = apps.get_model("payments", "Transfer"), apps.get_model("payments", "MonthFlow")
    for account in account_model.objects.filter(kind="pool").select_related("community").iterator():
        zone = ZoneInfo(account.community.time_zone)
        sums = defaultdict(lambda: [0, 0])
        for incoming, side in ((True, "target"), (False, "source")):
            rows = transfers.objects.filter(**{side: account}, phase__in=MOVES)
            for created, kind, minor in rows.values_list("created", "kind", "minor").iterator(chunk_size=5000):
                sum_ = sums[created.astimezone(zone).date().replace(day=1), kind, incoming]
                sum_[0] += minor
                sum_[1] += 1
        flows.objects.bulk_create(
            flows(account=account, month=month, kind=kind, incoming=incoming, minor=minor, entries=entries)
            for (month, kind, incoming), (minor, entries) in sums.items()
        )


class Migration(migrations.Migration):

    dependencies = [
        ("payments", "0004_flows_by_month"),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
