"""What the payments' room tells the rooms above it. Sent after the commit."""

from django.dispatch import Signal

payment_confirmed = Signal()  # payment, by: one side has said that the money changed hands, the other not yet
payment_settled = Signal()  # payment: the money has arrived and stands in the books
payment_refunded = Signal()  # payment: some or all of it went back
