"""Cards by Stripe Connect: the charge on the platform, the transfer to the lender after the return.

`charges` says what shall become of each amount; `errands` does it at Stripe, after the commit and
under a key made from what it is for; `news` takes over what Stripe says has become of it; `money`
puts it into the books. Pages and webhooks only bring one of these about.
"""
