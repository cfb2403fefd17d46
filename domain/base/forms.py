"""Forms of the admin pages for rows that belong to people."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_user_model

if TYPE_CHECKING:
    BaseForm = forms.ModelForm[Any]
else:
    BaseForm = forms.ModelForm


class OwnedForm(BaseForm):
    """Checks the constraints on the owner's live rows too, though it changes neither."""

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"owner", "deleted_at"}

    def changes(self) -> dict[str, Any]:
        """What was typed that differs from what was there, by column."""
        columns = {column.name for column in self.instance._meta.concrete_fields}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}


class NewOwnedForm(OwnedForm):
    """A new row of somebody, who is chosen by address."""

    # Not called ``owner``: the column cannot be edited, and Django refuses its name in a form.
    belongs_to = forms.ModelChoiceField(get_user_model().objects.all(), label="Owner")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self._meta.model._meta.get_field("owner")
        people: Any = self.fields["belongs_to"]
        people.widget = AutocompleteSelect(owner, admin.site, choices=people.choices)

    def clean(self) -> dict[str, Any]:
        """Give the row its owner before its constraints are checked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if owner := cleaned.get("belongs_to"):
            self.instance.owner = owner
        return cleaned
