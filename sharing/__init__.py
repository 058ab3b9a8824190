"""Commonshare: access instead of ownership, for communities who run it themselves."""
