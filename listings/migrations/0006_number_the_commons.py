"""Give each thing that belongs to a community its inventory number and the code of its label."""

import secrets

from django.db import migrations

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def number(apps, schema_editor) -> None:
    Listing, Label = apps.get_model("listings", "Listing"), apps.get_model("listings", "Label")
    serials: dict[int, int] = {}
    commons = Listing.objects.filter(owner__isnull=True, label__isnull=True).order_by("pk")
    rows = []
    for pk, community, slug in commons.values_list("pk", "community_id", "community__slug"):
        serials[community] = serial = serials.get(community, 0) + 1
        prefix = "".join(letter for letter in slug if letter.isalnum())[:3].upper() or "C"
        code = "".join(secrets.choice(LETTERS) for _ in range(8))
        rows.append(
            Label(listing_id=pk, community_id=community, number=f"{prefix}-{serial:04}", serial=serial, code=code)
        )
    Label.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("listings", "0005_knowledge_inventory_history_and_kits")]
    operations = [migrations.RunPython(number, migrations.RunPython.noop)]
