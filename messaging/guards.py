"""What the database guarantees about talk: the sequence of a conversation has no gap and no double."""

from sharing.db.guards import Guard

GUARDS = [
    Guard(
        name="messages_are_numbered_without_gaps",
        model="messaging.Message",
        events=("insert",),
        sqlite_when="new.sequence <> (select coalesce(max(m.sequence), 0) + 1 from {table} m"
        " where m.conversation_id = new.conversation_id)",
    ),
    Guard(
        name="messages_keep_their_place",
        model="messaging.Message",
        events=("update",),
        sqlite_when="new.sequence <> old.sequence or new.conversation_id <> old.conversation_id"
        " or new.created <> old.created or coalesce(new.author_id, 0) <> coalesce(old.author_id, 0)",
    ),
]
