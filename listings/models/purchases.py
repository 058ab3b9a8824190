"""A thing that the members decided to buy: the listing it became, once for each decision."""

from django.db import models

from cooperative.models import Proposal

from .listing import Listing


class Purchase(models.Model):
    """The commons listing that a decision's purchase began as a draft."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="purchase")
    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="purchase")
