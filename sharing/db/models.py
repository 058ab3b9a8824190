"""No tables of its own: Django sends migration signals only to apps that have this module."""
