"""Deciding together: fee policy, pool, proposals, ballots, open books."""
