"""Who: accounts, profiles, communities, membership, invitations."""
