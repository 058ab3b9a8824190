"""Write on payments made so far what their fee was reckoned by: the kind of listing, and how the payer uses things."""

from django.db import migrations

CHUNK = 500


def write(apps, _schema_editor):
    bookings, payments = apps.get_model("bookings", "Booking"), apps.get_model("payments", "Payment")
    memberships = apps.get_model("members", "Membership")
    trade = memberships.objects.filter(member_class="commercial").values_list("member", "community")
    commercial = set(trade)
    changed = []
    for payment in payments.objects.filter(about__startswith="booking:").iterator(chunk_size=CHUNK):
        payment.payer_class = (
            "commercial" if (payment.payer_id, payment.community_id) in commercial else "commoner"
        )
        changed.append(payment)
        if len(changed) == CHUNK:
            _save(bookings, payments, changed)
            changed = []
    _save(bookings, payments, changed)


def _save(bookings, payments, changed):
    number = {payment.pk: int(payment.about.partition(":")[2].partition("+")[0] or 0) for payment in changed}
    kinds = dict(bookings.objects.filter(pk__in=number.values()).values_list("pk", "listing__kind"))
    for payment in changed:
        payment.kind = kinds.get(number[payment.pk], "")
    payments.objects.bulk_update(changed, ["kind", "payer_class"])


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0009_seats_in_line_and_other_departures"),
        ("members", "0001_initial"),
        ("payments", "0004_flows_by_month"),
    ]

    operations = [
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
