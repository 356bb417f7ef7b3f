"""What every page of the desk hands to its shell: whose desk it is, where one can go, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.notifications.queries import ToDo
from kalends.notifications.queries import to_do as to_do_of
from kalends.organizations.models import Organization
from kalends.organizations.permissions import Right
from kalends.web.ui.shell import Bell, Link, Me, Places

ROLES: dict[str, Promise] = {
    "admin": gettext_lazy("Administrator"),
    "staff": gettext_lazy("Staff"),
    "provider": gettext_lazy("Practitioner"),
}
# The places of administration: the name of the address, the right that opens it.
_CLINIC = (
    ("organization", gettext_lazy("Organization"), Right.SETTINGS_AGENDA),
    ("locations", gettext_lazy("Locations"), Right.SETTINGS_AGENDA),
    ("providers", gettext_lazy("Practitioners"), Right.PROVIDER_ENTITY),
    ("services", gettext_lazy("Services"), Right.SETTINGS_AGENDA),
    ("resources", gettext_lazy("Rooms and devices"), Right.SETTINGS_AGENDA),
    ("channels", gettext_lazy("Channels"), Right.CHANNEL_MANAGE),
)
_NOTICES = (
    ("notification_settings", gettext_lazy("Notification settings"), Right.SETTINGS_NOTIFICATIONS),
    ("coming_reminders", gettext_lazy("Reminders: what goes out"), Right.SETTINGS_REMINDERS),
    ("delivery_settings", gettext_lazy("Deliveries"), Right.SETTINGS_NOTIFICATIONS),
)
_TIMES = (
    ("schedules", gettext_lazy("Schedules and hours"), Right.SETTINGS_AGENDA),
    ("closures", gettext_lazy("Closures and holidays"), Right.SETTINGS_AGENDA),
)
_PEOPLE = (
    ("members", gettext_lazy("People and invitations"), Right.ACCOUNTS_CREATE),
    ("tokens", gettext_lazy("API tokens"), Right.ACCOUNTS_CREATE),
    ("audit", gettext_lazy("Who did what"), Right.AUDIT_READ),
)
PLACES = (
    (gettext_lazy("Clinic"), _CLINIC),
    (gettext_lazy("Times"), _TIMES),
    (gettext_lazy("Examination notifications"), _NOTICES),
    (gettext_lazy("People"), _PEOPLE),
)


class Addressed(Protocol):
    """An organization, as far as addresses name it."""

    @property
    def slug(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Around:
    """All that the shell of a page is made from: whose desk, who sees it, where it stands, what waits.

    A page that is kept is kept under it (`ui/frames.py`), so nothing in it may change while it stays equal.
    """

    slug: str
    name: str
    actor: Actor
    person: str
    section: str
    place: str
    waits: ToDo


def context(around: Around) -> dict[str, Any]:
    """What the shell reads."""
    actor, waits = around.actor, around.waits
    return {
        "organization_name": around.name,
        "nav": nav(around, actor, "settings" if around.place else around.section, waits),
        "bell": bell(around, waits.unread, current=around.section == "notices")
        if actor.may(Right.AGENDA_READ)
        else None,
        "places": places(around, actor, around.place) if around.place else (),
        "me": me(around.person, role=str(ROLES.get(actor.role, actor.role))),
        "may": may(actor),
        "testing": waits.testing,
        "testing_url": address(around, "delivery_settings") if actor.may(Right.SETTINGS_NOTIFICATIONS) else "",
        "search_url": address(around, "patients") if actor.may(Right.CONTACT_READ) else "",
    }


def may(actor: Actor) -> dict[str, bool]:
    """Rights as templates ask for them: `may.appointment_book`."""
    return {right.replace(":", "_"): True for right in actor.rights}


def personal(request: Any) -> dict[str, Any]:
    """For pages about oneself: no organization, only the own menu."""
    return {"me": me(request.user.name, role=request.user.email)}


def me(name: str, *, role: str) -> Me:
    return Me(
        name=name,
        role=role,
        initials=initials(name),
        sign_out_url=reverse("account_logout"),
        links=[
            Link(_("Your organizations"), reverse("staff:organizations")),
            Link(_("Your profile"), reverse("profile")),
            Link(_("Password"), reverse("account_change_password")),
            Link(_("Second factor"), reverse("mfa_index")),
        ],
    )


def initials(name: str) -> str:
    """NK for Nadia Kerjean; the first letter of the first and of the last word."""
    words = name.split()
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper() if words else ""


def address(organization: Addressed, name: str, **path: object) -> str:
    """The address of the desk's page `name`: `staff:<name>` of that organization."""
    return _address(name, organization.slug, tuple(path.items()))


@lru_cache(maxsize=4096)
def _address(name: str, slug: str, path: tuple[tuple[str, object], ...]) -> str:
    """Kept: a page writes forty of them, mostly the same on every page."""
    return reverse(f"staff:{name}", kwargs={"organization": slug, **dict(path)})


def nav(organization: Addressed, actor: Actor, current: str, to_do: ToDo) -> list[Link]:
    """The main places that this member's rights open."""
    found = [("day", "agenda", _("Agenda"))]
    if actor.may(Right.CONTACT_READ):
        found.append(("patients", "patients", _("Patients")))
    links = [Link(label, address(organization, name), current=section == current) for section, name, label in found]
    links += _worklists(organization, actor, current, to_do)
    if settings := [link for group in places(organization, actor, "") for link in group.links]:
        links.append(Link(_("Administration"), settings[0].url, current=current == "settings"))
    return links


def bell(organization: Addressed, count: int, *, current: bool) -> Bell:
    return Bell(address(organization, "notices"), address(organization, "notices_bell"), count, current)


def to_do_now(organization: Organization, actor: Actor, now: datetime) -> ToDo:
    """What waits for this member. Runs inside `tenancy.acting`."""
    today = clock.local_date(clock.epoch_of(now), clock.zone(organization.time_zone))
    return to_do_of(organization, actor, today=today, now=now)


def counted(organization: Organization, actor: Actor) -> ToDo:
    with tenancy.acting(organization=organization, by=actor) as now:
        return to_do_now(organization, actor, now)


def _worklists(organization: Addressed, actor: Actor, current: str, to_do: ToDo) -> list[Link]:
    """The waiting list, and what else waits for somebody, where something does: one by its name, several as one entry
    that opens them, so that the menu keeps to its line in every language."""
    links = []
    if actor.may(Right.APPOINTMENT_BOOK):
        here = current == "waiting"
        links.append(Link(_("Waiting list"), address(organization, "waiting"), current=here, count=to_do.waiting))
    found = [
        Link(label, address(organization, name) + part, current == section, count)
        for section, right, label, name, part, count in (
            ("requests", Right.APPOINTMENT_BOOK, _("Requests"), "requests", "", to_do.requests),
            ("outcomes", Right.AGENDA_READ, _("Without outcome"), "outcomes", "", to_do.outcomes),
            ("messages", Right.CONTACT_EDIT, _("Messages that need you"), "deliveries", "#attention", to_do.messages),
            ("strangers", Right.CONTACT_EDIT, _("Addresses of strangers"), "strangers", "", to_do.strangers),
        )
        # The page one is on stays in the menu when it is done.
        if actor.may(right) and (count or current == section)
    ]
    if len(found) > 1:
        here, count = any(link.current for link in found), sum(link.count for link in found)
        found = [Link(_("To look after"), "", here, count, found)]
    return links + found


def places(organization: Addressed, actor: Actor, current: str) -> list[Places]:
    """The places of administration that this member's rights open."""
    groups = []
    for title, group in PLACES:
        links = [
            Link(str(label), address(organization, name), current=name == current)
            for name, label, right in group
            if actor.may(right)
        ]
        if links:
            groups.append(Places(str(title), links))
    return groups
