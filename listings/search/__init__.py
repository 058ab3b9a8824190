"""Search: exact, small and the same on both engines. `query.search` asks, `index.rewrite` keeps it true."""
