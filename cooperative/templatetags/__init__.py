"""Template tags of the cooperative's room."""
