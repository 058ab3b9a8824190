"""The members' forms: they parse and say what is wrong at the field; what may happen is for the actions."""

from .accounts import CircleForm, CloseForm, LanguageForm, ProfileForm, SignupForm, TokenForm
from .communities import (
    CommunityForm,
    DecisionForm,
    FoundForm,
    InvitationForm,
    JoinForm,
    RoleForm,
    RulesForm,
)
from .naming import NameField

__all__ = [
    "CircleForm",
    "CloseForm",
    "CommunityForm",
    "DecisionForm",
    "FoundForm",
    "InvitationForm",
    "JoinForm",
    "LanguageForm",
    "NameField",
    "ProfileForm",
    "RoleForm",
    "RulesForm",
    "SignupForm",
    "TokenForm",
]
