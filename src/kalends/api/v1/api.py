"""The API of version 1, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.utils import replace_path_param_notation

from kalends.api import bodies, problems
from kalends.api.openapi import DescribedAPI
from kalends.api.v1 import (
    contacts,
    deliveries,
    delivery_settings,
    fax,
    notices,
    notification_settings,
    organizations,
    places,
    senders,
    strangers,
)
from kalends.api.v1.agenda import (
    calendar_files,
    calendars,
    channels,
    opening,
    options,
    reminders,
    resources,
    schedules,
    services,
    slots,
)
from kalends.api.v1.booking import links, patients, payments, series, staff, waiting
from kalends.foundation.errors import FieldError, Invalid, Refusal


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return bodies.read(request.body)


def _read_strictly(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Before anything is understood: is it readable at all, and is everything asked known?"""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }

    @wraps(run)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            bodies.check(request)
            if not request.GET.keys() <= known:
                raise Invalid(
                    [FieldError(name, _("There is no such field.")) for name in request.GET if name not in known]
                )
        except (Refusal, SuspiciousOperation) as fault:
            return problems.problem(problems.refusal_of(request, fault))
        return run(request, **kwargs)

    return guarded


api = DescribedAPI(
    title="Kalends",
    version="1",
    urls_namespace="api-v1",
    docs_url=None,
    parser=StrictParser(),
    description="Appointments: free times, bookings, agendas. Errors are problem documents (RFC 9457).",
)
api.add_decorator(_read_strictly, mode="view")
problems.handle_all(api)
# Private links come first: `appointments` is no organization's slug.
_public = (organizations, links, slots, patients)
_agenda = (services, resources, options, reminders, schedules, opening, calendars, calendar_files, channels)
_told = (deliveries, delivery_settings, notices, fax, senders, strangers, notification_settings)
for part in (*_public, staff, payments, series, waiting, *_agenda, places, contacts, *_told):
    api.add_router("", part.router)


def permissions_at(route: str) -> dict[str, str]:
    """Which right each method of an address needs; `public` for everybody."""
    return {method: permission for path, method, permission in operations() if path == route}


def operations() -> Iterator[tuple[str, str, str]]:
    """All operations: address below v1/, method, permission."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield replace_path_param_notation(path).lstrip("/"), method, operation.auth_callbacks[0].permission  # type: ignore[attr-defined]
