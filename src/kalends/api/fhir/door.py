"""Who may ask, and in which form. Whatever goes wrong is answered with an OperationOutcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from kalends.api import bodies
from kalends.api.access import PUBLIC, Anybody, Bearer, Call
from kalends.api.fhir.answers import MEDIA_TYPE, outcome
from kalends.api.problems import MethodNotAllowed, refusal_of
from kalends.foundation import legible
from kalends.foundation.errors import NotFound, Refusal

View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")
FORMATS = ("json", "application/json", MEDIA_TYPE)


class NotAcceptable(Refusal):
    code = "not_acceptable"
    status = 406
    sentence = gettext_lazy("Only JSON is told here: Accept: application/fhir+json.")


def asked_by(
    auth: Anybody | Bearer, *, tells: tuple[str, ...] = FORMATS, methods: tuple[str, ...] = READS
) -> Callable[[View], View]:
    """For whom `auth` lets in, by GET only unless told; `tells`: the media types that the answer may be accepted as."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: Call, **where: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise MethodNotAllowed(allowed=methods)
                _check_form(request, tells)
                auth(request)
                return view(request, **where)
            except Exception as fault:
                return outcome(refusal_of(request, fault))

        guarded.permission = auth.permission  # type: ignore[attr-defined]
        return guarded

    return decorate


@csrf_exempt
def nothing_here(request: HttpRequest, **where: str) -> HttpResponse:
    return outcome(NotFound())


def asked_of(request: HttpRequest) -> QueryDict:
    """What is asked in the address and, of a POST, in the form (FHIR R4, 3.1.0.1.1): both together."""
    if request.method in READS:
        return request.GET
    asked = request.GET.copy()
    for name, values in bodies.form(request).lists():
        asked.setlist(name, [*asked.getlist(name), *values])
    return asked


def _check_form(request: HttpRequest, tells: tuple[str, ...]) -> None:
    legible.check_address(request.META.get("QUERY_STRING", ""))
    wanted = asked_of(request).get("_format")
    # A plus that was not encoded arrives as a space.
    if wanted is not None and wanted.replace(" ", "+") not in tells:
        raise NotAcceptable
    if wanted is None and not any(request.accepts(one) for one in tells if "/" in one):
        raise NotAcceptable


nothing_here.permission = PUBLIC  # type: ignore[attr-defined]
