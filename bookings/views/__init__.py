"""Pages of the bookings room: choosing, the list, one booking, the lender's calendar."""
