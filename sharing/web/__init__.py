"""What every room's pages and API share: refusals, slots, formats, problem documents, keyset pages."""
