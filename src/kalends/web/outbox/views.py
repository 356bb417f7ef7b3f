"""The outbox: a list, each message as its reader sees it, its calendar file, and sending again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kalends.delivery import answering, clock_watch, letters, operations, paper, provider_url
from kalends.delivery.carriers import leaves
from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery, Medium, PlatformMail
from kalends.delivery.operations.again import SENDABLE_AGAIN
from kalends.delivery.queries import Asked
from kalends.delivery.sms_url import SmsAddress
from kalends.foundation.actor import Actor, ActorKind
from kalends.foundation.database import tenancy
from kalends.organizations.models import Organization
from kalends.web.access import platform_only
from kalends.web.framing import framed
from kalends.web.outbox.rows import FATES, PAGE, fate_of, row_of_platform, rows
from kalends.web.ui.shell import Link


@require_GET
@platform_only
def outbox(request: HttpRequest) -> HttpResponse:
    asked = Asked(
        organization=_typed(request, "organization"),
        to=_typed(request, "to"),
        state=request.GET.get("state", "") if request.GET.get("state") in FATES else "",
        before=_moment(request.GET.get("before", "")),
    )
    found = rows(asked, by=_looking(request))
    older = ""
    if len(found) > PAGE:
        query = request.GET.copy()
        query["before"] = found[PAGE - 1].at.isoformat()
        older = f"?{query.urlencode()}"
    context = {"rows": found[:PAGE], "older": older, "asked": asked, "states": _states(), "leaves": settings.EMAIL_URL}
    with tenancy.acting(organization=None, by=_looking(request)) as now:
        context |= {"jump": clock_watch.open_jump(), "now": now}
    if settings.SMS_URL and not settings.DEMO:
        context["replies_to"] = answering.reply_address_for(SmsAddress.read(settings.SMS_URL).speaks)
    account = provider_url.account_of(settings.EMAIL_URL)
    if account is not None:
        context["provider"] = account.provider.title
        context["events_to"] = "" if settings.DEMO else answering.mail_events_address()
    return render(request, "outbox/list.html", context)


@require_GET
@platform_only
def delivery(request: HttpRequest, organization: str, delivery: UUID) -> HttpResponse:
    found, letter = _opened(request, organization, delivery)
    context = {
        "crumbs": _crumbs(),
        "delivery": found,
        "fate": fate_of(found),
        "reason": _(found.reason) if found.reason else "",
        "letter": letter,
        "again": found.state in SENDABLE_AGAIN,
        "organization": organization,
    }
    return render(request, "outbox/delivery.html", context)


@require_GET
@platform_only
def letter(request: HttpRequest, organization: str, delivery: UUID) -> HttpResponse:
    """The HTML alone, as a mail program shows it."""
    return framed(_readable(request, organization, delivery).html)


@require_GET
@platform_only
def calendar(request: HttpRequest, organization: str, delivery: UUID) -> HttpResponse:
    part = _readable(request, organization, delivery).calendar
    if part is None:
        raise Http404
    return HttpResponse(
        part.content,
        content_type=f"text/calendar; charset=utf-8; method={part.method}",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


@require_GET
@platform_only
def pages(request: HttpRequest, organization: str, delivery: UUID) -> HttpResponse:
    """A fax, as it comes out of the machine."""
    found, letter = _opened(request, organization, delivery)
    if letter is None or found.medium != Medium.FAX:
        raise Http404
    sender = get_object_or_404(Organization, slug=organization)
    sheet = paper.printed(
        sender, letter, number=found.recipient, language=found.language, at=found.settled_at or found.queued_at
    )
    return HttpResponse(
        sheet.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="fax.pdf"'},
    )


@require_POST
@platform_only
def again(request: HttpRequest, organization: str, delivery: UUID) -> HttpResponse:
    found = get_object_or_404(Organization, slug=organization)
    by = _looking(request)
    with tenancy.acting(organization=found, by=by) as now:
        operations.send_again(found, delivery, by=by, now=now)
    return redirect("outbox:delivery", organization=organization, delivery=delivery)


@require_POST
@platform_only
def trust_clock(request: HttpRequest) -> HttpResponse:
    """For all organizations."""
    by = _looking(request)
    with tenancy.acting(organization=None, by=by) as now:
        operations.trust_clock_everywhere(by=by, now=now)
    return redirect("outbox:list")


@require_GET
@platform_only
def platform(request: HttpRequest, mail: int) -> HttpResponse:
    found = get_object_or_404(PlatformMail, id=mail)
    return render(request, "outbox/platform.html", {"crumbs": _crumbs(), "mail": found, "row": row_of_platform(found)})


@require_GET
@platform_only
def platform_letter(request: HttpRequest, mail: int) -> HttpResponse:
    return framed(get_object_or_404(PlatformMail, id=mail).html)


def _opened(request: HttpRequest, slug: str, delivery: UUID) -> tuple[Delivery, Letter | None]:
    """A delivery, with its text where it stayed in the house.

    What has really left holds a link by which one acts as the patient: the platform does not read it.
    """
    organization = get_object_or_404(Organization, slug=slug)
    found = letters.opened(organization, delivery, by=_looking(request))
    if found is None:
        raise Http404
    row, letter = found
    stayed = not leaves(row.medium) and row.carrier in ("", "outbox")
    return row, letter if settings.DEMO or stayed else None


def _readable(request: HttpRequest, slug: str, delivery: UUID) -> Letter:
    letter = _opened(request, slug, delivery)[1]
    if letter is None:
        raise Http404
    return letter


def _looking(request: Any) -> Actor:
    """Who looks, for the trace: somebody of the platform, or a visitor of the demo."""
    known = request.user.is_authenticated
    return Actor(
        kind=ActorKind.PERSON,
        label=request.user.name if known else "demo",
        person_id=request.user.id if known else None,
        role="platform_admin" if known else "visitor",
        address=request.META.get("REMOTE_ADDR", ""),
    )


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:254]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _states() -> list[tuple[str, object]]:
    return [("", _("All")), *((state, fate.word) for state, fate in FATES.items())]


def _crumbs() -> list[Link]:
    return [Link(_("Outbox"), reverse("outbox:list"))]
