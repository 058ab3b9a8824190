"""Photos: checked before decoding, rewritten without metadata, kept in three widths."""
