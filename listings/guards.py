"""What the database guarantees about listings; the capacity rule lives with the claims, in `bookings`."""

GUARDS: list = []
