"""From what an operation refuses to what a form shows beside its fields."""

from __future__ import annotations

from collections.abc import Callable

from django import forms

from kalends.foundation.errors import Invalid, Refusal


def explain(form: forms.Form, fault: Refusal, rename: Callable[[str], str | None] = str) -> None:
    """Put the sentences of a refusal beside the fields they name, or above the form. `rename`: as the form calls them;
    what it does not know is called the same.
    """
    if not isinstance(fault, Invalid) or not fault.errors:
        form.add_error(None, str(fault))
        return
    for error in fault.errors:
        name = rename(error.field) or error.field
        if name in form.fields:
            form.add_error(name, str(error.message))
        else:
            form.add_error(None, f"{error.field}: {error.message}")
