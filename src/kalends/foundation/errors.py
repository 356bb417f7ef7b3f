"""Refusals: what a caller is told when an act is not possible.

A refusal is an expected outcome, not a fault. It has a stable `code` that the API shows and a translated
sentence that says what to do next. The web and the API turn it into a page or a problem document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field of what was sent. `field` is the name the sender used."""

    field: str
    message: Text


class Refusal(Exception):
    """Base of all refusals. `status` is what HTTP answers; nothing was written when one is raised."""

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 409
    sentence: Text = _("This is not possible.")

    def __init__(self, sentence: Text | None = None, **details: Any) -> None:
        if sentence is not None:
            self.sentence = sentence
        self.details: Mapping[str, Any] = details
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.sentence)


class Invalid(Refusal):
    """What was sent cannot be used; `errors` names every field concerned."""

    code = "invalid"
    status = 422
    sentence = _("Some fields need your attention.")

    def __init__(self, errors: Sequence[FieldError] = (), sentence: Text | None = None) -> None:
        super().__init__(sentence)
        self.errors = tuple(errors)

    @classmethod
    def field(cls, field: str, message: Text) -> Invalid:
        return cls([FieldError(field, message)])


class RequiredField(Invalid):
    code = "required_field"
    sentence = _("Some required fields are empty.")


class NotFound(Refusal):
    """Unknown, or somebody else's: the two are never told apart."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing here.")


class NotAllowed(Refusal):
    code = "not_allowed"
    status = 403
    sentence = _("Your role does not allow this. Ask an administrator of your organization.")


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429
    sentence = _("Too many tries in a short time. Wait a moment, then try again.")
