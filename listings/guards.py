"""What the database guarantees about listings; the capacity rule lives with the claims, in `bookings`."""

from sharing.db.guards import Guard, append_only

# A draft that nobody else has seen may go with all it has; what was published stays on record.
_SEEN = (
    "exists (select 1 from {document} d join {listing} l on l.id = d.listing_id "
    "where d.id = old.document_id and l.published is not null)"
)

GUARDS: list = [
    append_only("listing_changes_are_only_added", "listings.ListingChange"),
    append_only("versions_of_documents_never_change", "listings.DocumentVersion", events=("update",)),
    Guard(
        name="versions_of_documents_stay",
        model="listings.DocumentVersion",
        events=("delete",),
        tables={"document": "listings.Document", "listing": "listings.Listing"},
        sqlite_when=_SEEN,
    ),
]
