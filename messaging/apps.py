"""The messaging room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from sharing.db import guards

        from . import communities, event_words, fragments, receivers  # noqa: F401 - the receivers connect themselves
        from .guards import GUARDS
        from .notices import holdings as notices
        from .notices import topics

        topics.register_own()
        notices.register()
        guards.register(*GUARDS)
        fragments.fill()
        event_words.register()
