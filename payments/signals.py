"""What the payments' room tells the rooms above it: after the commit, but for what says otherwise."""

from django.dispatch import Signal

payment_confirmed = Signal()  # payment, by: one side has said that the money changed hands, the other not yet
payment_settled = Signal()  # payment: the money has arrived and stands in the books
payment_settling = Signal()  # payment, now: within the deed, once its entries are booked; who listens may book more
payment_refunding = Signal()  # payment, fee_minor, now: within the deed, before its entries are booked
payment_refunded = Signal()  # payment: some or all of it went back
card_given = Signal()  # about, charge: a card holds what a request costs, or is kept for later
card_moved = Signal()  # about, charge: what has become of it at the gateway is known here now, good or bad
card_troubled = Signal()  # about, charge: a card that was to be charged by itself was not; its owner is asked
