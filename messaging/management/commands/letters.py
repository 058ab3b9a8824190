"""`manage.py letters`: which addresses refuse our letters, and which letters could not be sent; send them again."""

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count

from members.models import Member, OutgoingLetter
from messaging.models import Delivery, Letterbox
from messaging.notices import sending

MOST = 200


class Command(BaseCommand):
    help = "Show letters that wait, that are parked and why; --again EMAIL (or --again all) sends parked ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", metavar="EMAIL", help="send what is parked for this member, or for all")

    def handle(self, **options) -> None:
        if options["again"]:
            self._again(options["again"])
        else:
            self._show()

    def _show(self) -> None:
        waiting = Delivery.objects.waiting().values_list("way").annotate(n=Count("pk")).order_by("way")
        for way, n in waiting:
            self.stdout.write(f"waiting\t{way}\t{n}")
        for box in Letterbox.objects.filter(parked__isnull=False).order_by("parked")[:MOST]:
            self.stdout.write(f"address\t{box.parked:%Y-%m-%d %H:%M}\t{box.address}\t{box.trouble}")
        for letter in OutgoingLetter.objects.exclude(trouble="").order_by("created")[:MOST]:
            state = "account" if letter.parked else "account, tried again"
            self.stdout.write(f"{state}\t{letter.created:%Y-%m-%d %H:%M}\t{letter.recipient}\t\t{letter.trouble}")
        parked = Delivery.objects.filter(parked__isnull=False).select_related("member").order_by("parked")
        for row in parked[:MOST]:
            since = f"{row.parked:%Y-%m-%d %H:%M}"
            self.stdout.write(f"{row.way}\t{since}\t{row.member.email}\t{row.bundle}\t{row.trouble}")

    def _again(self, whom: str) -> None:
        parked = Member.objects.filter(deliveries__parked__isnull=False).distinct()
        people = parked if whom == "all" else parked.filter(email__iexact=whom)
        sent = sum(sending.try_again(member) for member in people.iterator(chunk_size=200))
        self.stdout.write(f"{sent} are on their way again.")
