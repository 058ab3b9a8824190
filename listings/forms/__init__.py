"""The forms of the offer, one per step and kind. They parse and explain; every rule is in the actions."""

from .beginning import BeginForm
from .steps import STEPS, forms_of

__all__ = ["STEPS", "BeginForm", "forms_of"]
