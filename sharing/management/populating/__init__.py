"""Synthetic data at scale: a world like ours, only larger, the same for the same seed."""
