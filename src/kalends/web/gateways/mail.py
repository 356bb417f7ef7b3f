"""Where a provider of mails tells what became of them: delivered, bounced, complained.

The password in the address is the permission, and the signature of those who sign. Told again, nothing happens; about
what is not known, neither, so that nobody repeats it for days.
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kalends.delivery import provider_url
from kalends.web.access import public


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@public
def events(request: HttpRequest) -> HttpResponse:
    """HEAD: a provider looks whether somebody is there, before it signs anything."""
    account = provider_url.account_of(settings.EMAIL_URL)
    if account is None:
        raise Http404
    if request.method == "POST":
        # Only where a provider is in use does a web process load what speaks with it.
        from kalends.delivery.carriers.provider import events as told

        try:
            told.take(account, told.read(account, request))
        except told.NotProven:
            raise PermissionDenied from None
        except told.Unreadable:
            return HttpResponse(status=400, content_type="text/plain")
    return HttpResponse(content_type="text/plain")
