"""One way to edit: read the form, do one act, tell what was done; a refusal keeps all that was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from kalends.foundation.database import tenancy
from kalends.foundation.errors import Refusal
from kalends.web.access import OrganizationRequest
from kalends.web.staff.forms import explain
from kalends.web.staff.page import show
from kalends.web.ui.shell import Link

Act = Callable[[dict[str, Any], datetime], object]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a title."""

    title: str
    names: Sequence[str]
    hint: str = ""
    in_pairs: bool = False
    """Two to a line, as those from which and until which something holds."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is edited: where it stands among the settings, and where one goes from it."""

    title: str
    place: str
    back: Link
    done: str
    is_new: bool = False
    template: str = "staff/settings/form.html"


def edit(
    request: OrganizationRequest,
    form: forms.Form,
    act: Act,
    *,
    subject: Subject,
    groups: Sequence[Group],
    then: Callable[[Any], str] | None = None,
    rename: Callable[[str], str | None] = str,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or do `act(what was typed, now)` and go on to `then(its result)`, or back."""
    tried = attempt(request, form, act, rename=rename)
    if tried.done:
        messages.success(request, subject.done)
        return redirect(then(tried.result) if then else subject.back.url)
    shown = {
        "form": form,
        "title": subject.title,
        "crumbs": [subject.back],
        "back_url": subject.back.url,
        "is_new": subject.is_new,
        "groups": [(group, [form[name] for name in group.names if name in form.fields]) for group in groups],
        **(context or {}),
    }
    return show(request, subject.template, shown, place=subject.place, status=tried.status)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether the act was done, and its result; else the status of the page that shows the form (again)."""

    done: bool
    result: Any = None
    status: int = 200


def attempt(
    request: OrganizationRequest,
    form: forms.Form,
    act: Act,
    *,
    rename: Callable[[str], str | None] = str,
    noticing: Callable[[Refusal], None] | None = None,
) -> Attempt:
    """Do `act(what was typed, now)` if the form was sent and is right; a refusal is said at its fields.

    `noticing` hears of the refusal before, where the form has to ask for more.
    """
    if not form.is_bound:
        return Attempt(done=False)
    if not form.is_valid():
        return Attempt(done=False, status=422)
    try:
        result = tenancy.perform(
            lambda now: act(form.cleaned_data, now), organization=request.organization, by=request.actor
        )
    except Refusal as fault:
        if noticing is not None:
            noticing(fault)
        explain(form, fault, rename)
        return Attempt(done=False, status=fault.status)
    return Attempt(done=True, result=result)


def data(request: OrganizationRequest) -> Any:
    """What was sent, for a form that may also be only shown."""
    return request.POST if request.method == "POST" else None
