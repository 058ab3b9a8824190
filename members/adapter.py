"""How allauth's account pages behave here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by e-mail and name; nothing else is asked for."""
