"""What this room holds on a member, for them to take away."""

from members import holdings
from members.holdings import Table

from . import receivers

WANT = "community__slug kind title description starts ends everyone place lat lon state created expires"


def register() -> None:
    holdings.register("listings", receivers.what_they_offer, "listings.Listing.owner")
    holdings.register("saved_searches", receivers.what_they_look_for, "listings.SavedSearch.member")
    holdings.tables(
        "listings",
        wants=Table("listings.Want.member", WANT),
        answers_to_wants=Table("listings.WantAnswer.member", "want__title listing__title created"),
        told_of_wants=Table("listings.WantTold.member", "want__title"),
        changes=Table("listings.ListingChange.by", "listing__title version before after created"),
        documents=Table("listings.DocumentVersion.by", "number text file_name licence author note created"),
        imports=Table("listings.CatalogueImport.member", "name state rows added changed wrong created"),
        rates_set=Table("listings.CommunityRate.by", "community__slug hundredths by_mile since source created"),
    )
