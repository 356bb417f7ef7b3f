"""The list of messages, and sending one again: a person's decision."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kalends.audit import operations as audit
from kalends.delivery import operations, queries
from kalends.delivery.models import Delivery, State
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed
from kalends.organizations.permissions import Right
from kalends.web.access import OrganizationRequest
from kalends.web.outbox.rows import FATES, KINDS
from kalends.web.staff import asked, scope
from kalends.web.staff.days.views import today_of
from kalends.web.staff.deliveries.alarms import alarms
from kalends.web.staff.deliveries.clocks import doubt
from kalends.web.staff.deliveries.reading import AT_ONCE, MEDIA, Wish, dead_of, matching, names_of, row_of
from kalends.web.staff.page import ACT, desk, first_of, show
from kalends.web.staff.shell import address


def _is_useful(delivery: Delivery, now: datetime) -> bool:
    return delivery.useless_after is None or delivery.useless_after > now


@desk(Right.CONTACT_READ)
def deliveries(request: OrganizationRequest) -> HttpResponse:
    organization, by = request.organization, request.actor
    acts = by.may(Right.CONTACT_EDIT) and not scope.is_bound(by)
    with tenancy.acting(organization=organization, by=by) as now:
        wish = Wish.read(request.GET, today_of(organization, now))
        names = names_of(organization)
        shown, more = first_of(matching(organization, by, wish), AT_ONCE)
        waiting = queries.needing_somebody(organization, at_most=AT_ONCE) if acts else []
        providers = [] if scope.is_bound(by) else list(organization.providers.order_by("sort_key", "id"))
        dead = queries.all_dead_addresses(organization, at_most=AT_ONCE) if acts else []
        audit.record_about(
            "delivery:list",
            organization_id=organization.id,
            kind="delivery",
            subject_id=None,
            by=by,
            now=now,
            after={"shown": [str(one.id) for one in [*shown, *waiting]]},
        )
        stopped, doubted = alarms(request), doubt(request)
    here = address(organization, "deliveries")
    older = wish.query(before=shown[-1].queued_at.isoformat()) if more else ""
    kinds = sorted(((kind, str(word)) for kind, word in KINDS.items()), key=lambda pair: pair[1].casefold())
    context = {
        "alarms": stopped,
        "clock": doubted,
        "rows": [
            (row, address(organization, "send_again", delivery_id=row.id) if row.again and acts else "")
            for row in (row_of(organization, one, names) for one in shown)
        ],
        "attention": [
            (
                row,
                address(organization, "send_again", delivery_id=row.id) if _is_useful(one, now) else "",
                address(organization, "leave_message", delivery_id=row.id),
            )
            for one, row in ((one, row_of(organization, one, names)) for one in waiting)
        ],
        "kinds": [("", _("All")), *kinds],
        "providers": [("", _("All")), *((str(one.id), one.name) for one in providers)] if providers else [],
        "dead": [dead_of(organization, one) for one in dead],
        "revive_url": address(organization, "revive_recipient") if acts else "",
        "wish": wish,
        "query": wish.query(),
        "first": wish.first.isoformat(),
        "last": wish.last.isoformat(),
        "states": [("", _("All")), *((state, fate.word) for state, fate in FATES.items())],
        "media": [("", _("All")), *MEDIA.items()],
        "older_url": f"{here}?{older}" if older else "",
        "table_url": f"{address(organization, 'deliveries_table')}?{wish.query()}"
        if by.may(Right.CONTACT_EXPORT)
        else "",
        "patients_url": address(organization, "patients"),
        "settings_url": address(organization, "delivery_settings") if by.may(Right.SETTINGS_NOTIFICATIONS) else "",
    }
    return show(request, "staff/deliveries/deliveries.html", context, section="patients")


@desk(Right.CONTACT_EDIT, ACT)
def leave_message(request: OrganizationRequest, delivery_id: UUID) -> HttpResponse:
    """Somebody has seen it, and lets it rest."""
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed
    tenancy.perform(
        lambda now: operations.leave(organization, delivery_id, by=by, now=now), organization=organization, by=by
    )
    return redirect(f"{address(organization, 'deliveries')}#attention")


@desk(Right.CONTACT_EDIT, ACT)
def revive_recipient(request: OrganizationRequest) -> HttpResponse:
    """Mails to an address arrive after all; whose it is does not matter, it may be nobody's record."""
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed
    said = asked.line(request.POST, "address")

    def act(now: datetime) -> None:
        operations.revive(organization, address=said, by=by, now=now)

    tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("Mails are sent there again. What was held back meanwhile is sent when you say so."))
    held_back = urlencode({"to": said, "state": State.SUPPRESSED})
    return redirect(f"{address(organization, 'deliveries')}?{held_back}")


@desk(Right.CONTACT_EDIT, ACT)
def send_again(request: OrganizationRequest, delivery_id: UUID) -> HttpResponse:
    """Back to the list as it was narrowed. Raises what the operation refuses."""
    organization, by = request.organization, request.actor
    if scope.is_bound(by):
        raise NotAllowed

    def act(now: datetime) -> Wish:
        operations.send_again(organization, delivery_id, by=by, now=now)
        return Wish.read(request.POST, today_of(organization, now))

    wish = tenancy.perform(act, organization=organization, by=by)
    messages.success(request, _("It is on its way again."))
    return redirect(f"{address(organization, 'deliveries')}?{wish.query()}")
