"""Receipts of single deliveries, and text messages that come in.

A GET changes something here, because gateways speak so. The secret in the address is the permission: one delivery
for a receipt, the installation's own for what comes in. Said twice, nothing happens; about what is not known,
neither, so that a gateway does not repeat it for hours (MSG-01).
"""

from __future__ import annotations

import codecs
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kalends.delivery import answering, operations
from kalends.delivery.models import Receipt
from kalends.delivery.queries import Tenant
from kalends.delivery.sms_url import SmsAddress
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.text import clean_line
from kalends.organizations.models import Organization
from kalends.web.access import public

GATEWAY = system("sms gateway")
# By Kannel's numbers; 4 (it waits in the gateway) says nothing new.
RECEIPTS = {"1": Receipt.DELIVERED, "2": Receipt.UNDELIVERED, "8": Receipt.SENT, "16": Receipt.UNDELIVERED}
ALPHABETS = ("utf-8", "utf-16-be", "iso8859-1", "cp1252")
# Of the network's words only these: they may also quote the message.
TELLING = re.compile(r"\b(?:stat|err):[\w-]{1,20}")


@csrf_exempt
@require_http_methods(["GET", "POST"])
@public
def receipt(request: HttpRequest, delivery: UUID, secret: str) -> HttpResponse:
    whose = answering.proven_by(secret, delivery)
    if whose is None:
        raise PermissionDenied
    asked = _asked(request)
    says = RECEIPTS.get(asked.get("type", ""))
    if says is not None:
        reason = " ".join(TELLING.findall(asked.get("words", "")))
        with tenancy.acting(organization=Tenant(whose), by=GATEWAY) as now:
            operations.take_receipt(Organization(id=whose), delivery, says=says, reason=reason, now=now)
    return HttpResponse(content_type="text/plain")


@csrf_exempt
@require_POST
@public
def signed_receipt(request: HttpRequest, delivery: UUID, secret: str) -> HttpResponse:
    """As docs/sms-gateway.md has it: the address proves the delivery, the signature who says so."""
    whose = answering.proven_by(secret, delivery)
    if whose is None or not _is_signed(request):
        raise PermissionDenied
    told = _told(request)
    says = told.get("state")
    if says in Receipt.values and str(told.get("reference", "")).startswith(str(delivery)):
        with tenancy.acting(organization=Tenant(whose), by=GATEWAY) as now:
            operations.take_receipt(
                Organization(id=whose),
                delivery,
                says=Receipt(says),
                reference=str(told["reference"]),
                part=str(told.get("part", ""))[:65],
                reason=clean_line(str(told.get("reason", "")).replace("\0", ""))[:300],
                now=now,
            )
    return HttpResponse(content_type="text/plain")


@csrf_exempt
@require_POST
@public
def signed_reply(request: HttpRequest) -> HttpResponse:
    if not _is_signed(request):
        raise PermissionDenied
    told = _told(request)
    operations.take_reply(str(told.get("from", "")), str(told.get("text", "")).replace("\0", ""), by=GATEWAY)
    return HttpResponse(content_type="text/plain")


@csrf_exempt
@require_http_methods(["GET", "POST"])
@public
def reply(request: HttpRequest, secret: str) -> HttpResponse:
    """Answered with nothing: what stands in the answer, a gateway may send to the patient."""
    if not answering.is_reply_secret(secret):
        raise PermissionDenied
    asked = request.POST.dict() if request.method == "POST" else _asked_in_its_alphabet(request)
    operations.take_reply(asked.get("from", ""), asked.get("text", "").replace("\0", ""), by=GATEWAY)
    return HttpResponse(content_type="text/plain")


def _is_signed(request: HttpRequest) -> bool:
    secret = SmsAddress.read(settings.SMS_URL).asked.get("secret", "") if settings.SMS_URL else ""
    given = request.headers.get("Signature", "")
    wanted = hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    return bool(secret) and given.isascii() and hmac.compare_digest(given, f"sha256={wanted}")


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _asked_in_its_alphabet(request: HttpRequest) -> dict[str, str]:
    """Kannel hands a text on in whichever alphabet it came (%a), and says which it was (%C)."""
    asked = dict(parse_qsl(request.META["QUERY_STRING"], encoding="latin-1"))
    charset = _charset(asked.get("charset", ""))
    return {
        name: value.encode("latin-1").decode(charset if name == "text" else "utf-8", "replace")
        for name, value in asked.items()
    }


def _charset(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return "utf-8"
    return known if known in ALPHABETS else "utf-8"


def _asked(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET
