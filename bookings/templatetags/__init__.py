"""Template tags of the bookings room."""
