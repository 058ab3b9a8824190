"""What belongs to Elm Street, as its stewards look after it: a history, instructions that were copied, a kit."""

from functools import partial

from listings import actions
from listings.models import Listing, Photo
from sharing.photos import pipeline

from .settling import Town
from .story import Story

ZONE = "Europe/Berlin"
BRAKING = """Before you ride: press both levers. The bike should not move.

With children or a washing machine in the box, brake early and with both hands. Downhill to the river, take the tram's way, not the steps.

The chain likes a drop of oil every second Sunday. It hangs in the shed."""
BETTER = BRAKING.replace("every second Sunday", "every first Sunday, and after rain") + (
    "\n\nThe left lever is the front brake. Three of us have learnt it the hard way."
)


def commons(story: Story, town: Town) -> None:
    """In the order in which it happened."""
    for day, deed in (
        (-110, _write), (-96, _reprice), (-80, _improve), (-61, _copy), (-45, _kit), (-12, _worse), (-11, _back),
    ):
        story.at(story.clock.at(day, "19:30", ZONE), partial(deed, town))


def _write(town: Town) -> None:
    actions.write_document(
        town.listings["cargo"].pk, by=town.members["cleo"], title="Riding with a full box", text=BRAKING,
        licence="cc-by-sa", author="Cleo Marchetti and Ida from the bicycle kitchen",
    )


def _reprice(town: Town) -> None:
    actions.update(
        town.listings["cargo"].pk, by=town.members["cleo"],
        facts={"notice_hours": 2, "included": "Battery, charger, lock, rain cover, two helmets, a pump"},
    )


def _improve(town: Town) -> None:
    document = town.listings["cargo"].documents.get()
    actions.revise_document(
        document.listing_id, document.pk, by=town.members["cleo"], text=BETTER, note="Which lever is which"
    )


def _copy(town: Town) -> None:
    latest = town.listings["cargo"].documents.get().versions.first()
    assert latest is not None  # a document is written with its first version
    actions.copy_document(latest.pk, by=town.members["cleo"], to=town.listings["trailer"].pk)


def _kit(town: Town) -> None:
    cleo, sound, benches = town.members["cleo"], town.listings["sound"], town.listings["benches"]
    kit = actions.create(
        by=cleo,
        facts={
            "kind": "tool", "title": "Street party kit", "category": "tables", "community": sound.community,
            "commons": True, "terms": "rent", "price_minor": 4500, "price_unit": "use", "max_units": 3,
            "description": "Everything for an evening with forty neighbours: the sound system and four sets of "
            "benches, in one go. Each of them can be borrowed by itself too.", "address": "Elm Street 4, shed",
        },
    )
    for face in benches.photos.filter(position=0):
        fields = pipeline.copied(face, f"listings/{kit.pk}")
        Photo(listing=kit, position=0, alt=face.alt, **fields).save()
    actions.add_part(kit.pk, sound.pk, by=cleo)
    actions.add_part(kit.pk, benches.pk, by=cleo, quantity=4)
    actions.publish(kit.pk, by=cleo)


def _worse(town: Town) -> None:
    actions.update(town.listings["cargo"].pk, by=town.members["cleo"], facts={"title": "Bike", "brand": ""})


def _back(town: Town) -> None:
    cargo = Listing.objects.get(pk=town.listings["cargo"].pk)
    before = cargo.changes.order_by("-version")[1].version
    actions.restore_version(cargo.pk, before, by=town.members["cleo"])
