"""The API's manners: problem documents, keyset pages, idempotent POSTs."""
