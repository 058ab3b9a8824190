"""A field for a member of a community too large for a list: written, with suggestions while one types."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import naming
from members.models import Community


class NameField(forms.CharField):
    """Cleans to the member's id. Namesakes are told apart by their number, which is said where it is needed."""

    def __init__(self, community: Community, **kwargs: Any) -> None:
        self.community = community
        kwargs.setdefault("help_text", gettext_lazy("Write the name, or a part of it and choose."))
        super().__init__(max_length=120, **kwargs)
        address = reverse("api_names", args=[community.slug])
        self.widget.attrs |= {"data-names": address, "autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        return naming.written(self.community, value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = naming.named(self.community, text)
        if len(found) == 1:
            return found[0].id
        near = found or naming.suggested(self.community, text)
        if not near:
            raise forms.ValidationError(_("Nobody goes by this name here."))
        names = ", ".join(each.written for each in near)
        if found:
            raise forms.ValidationError(_("More than one goes by this name. Write it as here: %(names)s") % {
                "names": names
            })
        raise forms.ValidationError(_("Nobody goes by exactly this name. Do you mean one of these? %(names)s") % {
            "names": names
        })
