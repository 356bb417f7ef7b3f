"""Refusals as problem documents (RFC 9457), with a `code` for programs and the fields concerned."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg import errors as postgres

from kalends.api.answers import told_slot
from kalends.api.bodies import Malformed, TooLarge
from kalends.foundation.errors import FieldError, Invalid, NotFound, Refusal, RequiredField, TooManyRequests

MOST_ERRORS = 100
MEDIA_TYPE = "application/problem+json"
log = logging.getLogger(__name__)
# The database ended a wait, or broke a circle of waits once more than we try again.
_GAVE_UP = (
    postgres.LockNotAvailable,
    postgres.QueryCanceled,
    postgres.DeadlockDetected,
    postgres.SerializationFailure,
)


class Unauthorized(Refusal):
    code = "unauthorized"
    status = 401
    sentence = gettext_lazy("Send a valid API token: Authorization: Bearer …")


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405
    sentence = gettext_lazy("This address does not know that method.")


class Fault(Refusal):
    """A defect of ours: logged, and told without detail."""

    code = "fault"
    status = 500
    sentence = gettext_lazy("Something went wrong here. It has been noted; please try again later.")


class Unavailable(Refusal):
    """The database cannot be reached."""

    code = "unavailable"
    status = 503
    sentence = gettext_lazy("This cannot be answered at the moment. Please try again shortly.")


class UnknownId(NotFound):
    """A field gives an id that nobody has here, or that somebody else has: the two are never told apart."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.errors = (FieldError(field, _("There is nothing here with this id.")),)


class Busy(TooManyRequests):
    """The database kept us waiting longer than anybody should wait."""

    sentence = gettext_lazy("Too many ask for the same at once. Wait a moment, then try again.")


def document(refusal: Refusal) -> dict[str, Any]:
    """The problem as plain values; free times to choose instead, where the refusal offers any."""
    errors: Iterable[FieldError] = getattr(refusal, "errors", ())
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": str(refusal),
        "code": refusal.code,
        "errors": [{"field": error.field, "message": str(error.message)} for error in errors],
    }
    if hasattr(refusal, "alternatives"):
        told["alternatives"] = [told_slot(slot) for slot in refusal.alternatives]
    return told


def problem(refusal: Refusal) -> HttpResponse:
    return problem_of(document(refusal), headers=headers_of(refusal))


def problem_of(told: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(orjson.dumps(told), content_type=MEDIA_TYPE, status=told["status"], headers=headers)


def handle_all(api: NinjaAPI) -> None:
    """Make `api` answer every exception with a problem."""

    def handle(request: HttpRequest, fault: Any) -> HttpResponse:
        return problem(refusal_of(request, fault))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handle)


def refusal_of(request: HttpRequest, fault: Exception) -> Refusal:
    match fault:
        case Refusal():
            return fault
        case ValidationError():
            return invalid(fault.errors)
        case Http404():
            return NotFound()
        case AuthenticationError():
            return Unauthorized()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation() | UnreadablePostError() | HttpError():
            return Malformed()
        case OperationalError() if isinstance(fault.__cause__, _GAVE_UP):
            return Busy()
    log.error("%s %s", request.method, getattr(request.resolver_match, "route", ""), exc_info=fault)
    return Unavailable() if isinstance(fault, OperationalError | InterfaceError) else Fault()


def invalid(found: Sequence[Mapping[str, Any]]) -> Refusal:
    """From pydantic's list to ours, field by field, in the sender's names: `contact.last_name`, `rules[3].from`."""
    errors = [FieldError(_path(error["loc"]), _message(error)) for error in found[:MOST_ERRORS]]
    if all(error["type"] == "missing" for error in found):
        return RequiredField(errors)
    return Invalid(errors)


def _path(location: Sequence[str | int]) -> str:
    """Without the first part, which says where it came from (body, query), nor the parameter's own name."""
    source, *parts = location
    if source == "body":
        parts = parts[1:]
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".")


def _message(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return _("Please fill this in.")
        case "extra_forbidden":
            return _("There is no such field.")
        case "string_too_long":
            return _("This is too long: at most %(count)s characters.") % {"count": context["max_length"]}
        case "too_long":
            return _("These are too many: at most %(count)s.") % {"count": context["max_length"]}
        case "model_type" | "model_attributes_type" | "dict_type":
            return _("This should be an object, in braces.")
        case "list_type":
            return _("This should be a list, in brackets.")
        case "int_type" | "int_parsing" | "int_from_float":
            return _("This should be a whole number.")
        case "string_type":
            return _("This should be text.")
        case "bool_type" | "bool_parsing":
            return _("This should be true or false.")
        case "literal_error":
            return _("This should be one of %(values)s.") % {"values": context["expected"]}
        case "greater_than_equal":
            return _("This should be %(number)s or more.") % {"number": context["ge"]}
        case "less_than_equal":
            return _("This should be %(number)s or less.") % {"number": context["le"]}
    return str(error["msg"])


def headers_of(refusal: Refusal) -> dict[str, str]:
    match refusal.status:
        case HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": 'Bearer realm="kalends"'}
        case HTTPStatus.TOO_MANY_REQUESTS | HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": str(refusal.details.get("retry_after", 1))}
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return {"Allow": ", ".join(refusal.details["allowed"])}
    return {}
