"""The tests: one folder per app, real servers underneath (see tests.servers)."""
