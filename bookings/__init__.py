"""When: availability, claims, bookings, handovers, calendars."""
