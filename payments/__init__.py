"""Money that moves: the ledger, the gateways."""
