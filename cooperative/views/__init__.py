"""The pages of the cooperative's room: open books, decisions, fee, and the treasurer's desk."""
