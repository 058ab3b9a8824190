"""Make every posting anew from the listings, while searches go on."""

from django.core.management.base import BaseCommand

from listings.search import index


class Command(BaseCommand):
    help = "Rewrite the search index from the listings, count its terms and draw the map's clusters anew."

    def handle(self, *args: object, **options: object) -> None:
        done = index.rebuild()
        self.stdout.write(self.style.SUCCESS(f"{done} listings are findable as they stand."))
