"""Which gateways a community has switched on."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from members.models import Community

from ..states import Gateway


class GatewaySwitch(models.Model):
    """One gateway of one community, on or off. Without a row it is as the gateway is by itself."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="gateway_switches", db_index=False)
    gateway = models.CharField(max_length=8, choices=Gateway.choices)
    on = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "gateway"], name="one_switch_per_community_and_gateway")
        ]
