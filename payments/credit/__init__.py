"""Community credit: hours or tokens that members give each other, in the same books as money, never mixed with it.

All credit of a community sums to zero but for what its pool holds: whoever is helped goes down, whoever helps goes
up. How far down is each member's limit, which the ledger keeps: an entry beyond it is refused by the database.
"""
