"""Fill the database with a synthetic world of any size, for measuring and for looking at crowds."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from listings.search import clusters, frequencies, index
from sharing.db import guards


class Command(BaseCommand):
    help = "Add synthetic communities, members, listings and bookings by bulk insert; the same for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listings", type=int, default=10_000)
        parser.add_argument("--bookings", type=int, default=0)
        parser.add_argument("--members", type=int, default=0, help="default: one for twenty listings, 50 at least")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, listings: int, bookings: int, members: int, seed: int, **options: object) -> None:
        # Here, not above: the words of categories need the apps to be ready.
        from sharing.management.populating import bulk
        from sharing.management.populating.world import World

        if min(listings, bookings, members) < 0:
            raise CommandError("Less than nothing cannot be made.")
        self._started = time.monotonic()
        with bulk.in_haste():
            world = World(listings, bookings, members or max(50, listings // 20), seed)
            with transaction.atomic():
                world.people()
            self._say(f"{len(world.community_ids)} communities, {world.n_members} members")
            with transaction.atomic():
                for standing in world.offers():
                    self._say(f"{standing} listings")
            with transaction.atomic():
                world.agreements()
            self._say(f"{bookings} bookings")
            clusters.rebuild()
            index.count_terms()
            frequencies.forget()
            bulk.analyze()
        if lost := guards.missing():
            raise CommandError(f"These guards are not in place: {', '.join(lost)}")
        self._say("done")

    def _say(self, what: str) -> None:
        self.stdout.write(f"{time.monotonic() - self._started:7.1f} s  {what}")
