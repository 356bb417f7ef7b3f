"""One's own name and language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kalends.accounts import operations
from kalends.foundation.errors import Invalid
from kalends.web.access import signed_in
from kalends.web.staff.forms import explain
from kalends.web.staff.shell import personal
from kalends.web.staff.words import languages


class ProfileForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=languages)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Any) -> HttpResponse:
    person = request.user
    form = ProfileForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        try:
            operations.edit_person(person, **form.cleaned_data)
        except Invalid as fault:
            explain(form, fault)
        else:
            with translation.override(person.language):
                messages.success(request, _("Your profile is saved."))
            return redirect("profile")
    status = 422 if form.errors else 200
    return render(request, "staff/sign_in/profile.html", {**personal(request), "form": form}, status=status)
