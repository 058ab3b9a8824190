"""What a calendar year came to for one member: for themselves, and for the tax office if it asks."""
