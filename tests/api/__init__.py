"""The product through /api/v1/ alone."""
