"""Where a provider of mails tells what became of them: delivered, bounced, complained.

The password in the address is the permission, and the signature of those who sign: without it nothing is read. Told
again, nothing happens; about what is not known, neither, so that nobody repeats it for days.
"""

from __future__ import annotations

import hmac
from base64 import b64encode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kalends.delivery import answering, provider_url
from kalends.web.access import public

# Some tell of thousands of mails at once.
MOST_BYTES = 20_000_000


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@public
def events(request: HttpRequest) -> HttpResponse:
    """HEAD: a provider looks whether somebody is there, before it signs anything."""
    account = provider_url.account_of(settings.EMAIL_URL)
    if account is None:
        raise Http404
    if request.method == "POST":
        _let_in(request)
        # Only where a provider is in use does a web process load what speaks with it.
        from kalends.delivery.carriers.provider import events as told

        try:
            told.take(account, told.read(account, request))
        except told.NotProven:
            raise PermissionDenied from None
        except told.Unreadable:
            return HttpResponse(status=400, content_type="text/plain")
    return HttpResponse(content_type="text/plain")


def _let_in(request: HttpRequest) -> None:
    """Only who knows the password may send more than visitors may. Raises PermissionDenied."""
    wanted = f"Basic {b64encode(answering.mail_password().encode()).decode()}"
    if not hmac.compare_digest(wanted.encode(), request.headers.get("Authorization", "").encode()):
        raise PermissionDenied
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdecimal() and int(length) <= MOST_BYTES:
        request._body = request.read(int(length))  # its own limit is for visitors
