"""allauth's forms in our words: a label above each field says what it is, so none needs a ghost of it inside."""

from allauth.account import forms
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app_code
from django.core.validators import MaxLengthValidator
from django.forms import EmailField, Field
from django.utils.translation import gettext_lazy as _

LONGEST_ADDRESS = 254  # what the table takes; Django's own form field would let 320 through
LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("Once more"),
    "oldpassword": _("Password until now"),
    "code": _("Code"),
}


class InOurWords:
    fields: dict[str, Field]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if isinstance(field, EmailField):
                field.validators.append(MaxLengthValidator(LONGEST_ADDRESS))
            if name in ("password", "password1", "oldpassword"):
                field.help_text = ""


class Login(InOurWords, forms.LoginForm):
    pass


class Signup(InOurWords, forms.SignupForm):
    pass


class AddEmail(InOurWords, forms.AddEmailForm):
    pass


class ChangePassword(InOurWords, forms.ChangePasswordForm):
    pass


class SetPassword(InOurWords, forms.SetPasswordForm):
    pass


class ResetPassword(InOurWords, forms.ResetPasswordForm):
    pass


class NewPassword(InOurWords, forms.ResetPasswordKeyForm):
    pass


class LoginCode(InOurWords, forms.RequestLoginCodeForm):
    pass


class Reauthenticate(InOurWords, forms.ReauthenticateForm):
    pass


class SecondStep(InOurWords, second_step.AuthenticateForm):
    pass


class SecondStepAgain(InOurWords, second_step.ReauthenticateForm):
    pass


class AppCode(InOurWords, app_code.ActivateTOTPForm):
    pass
