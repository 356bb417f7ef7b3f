"""What is done at set times."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import Q
from django.utils.translation import gettext_noop

from kalends.agenda.imports import caldav
from kalends.agenda.imports.calendars import read_busy
from kalends.agenda.models import Subscription, SubscriptionKind
from kalends.agenda.operations import subscriptions
from kalends.foundation import clock, fetching, secrets
from kalends.foundation.actor import system
from kalends.foundation.database import tenancy
from kalends.foundation.fetching import Asked, CannotFetch, Dav, Fetched
from kalends.foundation.files import FileRefused
from kalends.foundation.jobs import periodic
from kalends.organizations.models import Organization

BY = system("calendars")
READ_EVERY = timedelta(minutes=15)
AHEAD = timedelta(days=366)
AT_ONCE = 8
LONGEST_TAG = 200
log = logging.getLogger(__name__)
NO_CALENDAR = gettext_noop("What is at this address is no calendar that can be read.")
OTHER_KEY = gettext_noop("The password cannot be opened with this installation’s key. Enter the calendar anew.")


@periodic("agenda.read_foreign_calendars", cron="* * * * *")
def read_foreign_calendars(timestamp: int) -> None:
    """Those whose turn it is: each every quarter of an hour, and at once when somebody asked for it.

    Several at a time: a server that is slow, or an answer that we cannot digest, keeps nobody else waiting.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="calendars") as threads:
        for organization in Organization.objects.filter(is_active=True):
            for known, now in _due(organization):
                threads.submit(_read_alone, organization, known, now)


def _due(organization: Organization) -> list[tuple[Subscription, datetime]]:
    with tenancy.acting(organization=organization, by=BY) as now:
        rows = organization.subscriptions.select_related("schedule").filter(
            Q(read_at__isnull=True) | Q(read_at__lte=now - READ_EVERY), is_active=True
        )
        return [(known, now) for known in rows.order_by("id")]


def _read_alone(organization: Organization, known: Subscription, now: datetime) -> None:
    """In a thread of its own, whose connection goes back."""
    try:
        read(organization, known, now=now)
    except Exception:
        log.exception("calendar %s of %s could not be read", known.id, organization.slug)
    finally:
        connections.close_all()


def read(organization: Organization, known: Subscription, *, now: datetime) -> None:
    """Ask for one calendar, outside of any transaction, and take over what it says."""
    try:
        since = _today(known, now)
        fetched = _fetched(known, since, now)
    except CannotFetch as fault:
        _note_failure(organization, known, fault.sentence)
    except FileRefused:
        _note_failure(organization, known, NO_CALENDAR)
    except secrets.CannotUnseal:
        _note_failure(organization, known, OTHER_KEY)
    else:
        _take_over(organization, known, fetched, since)


def _today(known: Subscription, now: datetime) -> datetime:
    """The first instant of the agenda's day."""
    zone = clock.zone(known.schedule.time_zone)
    return datetime.fromtimestamp(clock.day_bounds(clock.local_date(clock.epoch_of(now), zone), zone)[0], UTC)


def _fetched(known: Subscription, since: datetime, now: datetime) -> Fetched | None:
    """A calendar file, with what changes when it does; None: nothing has changed. Raises CannotFetch, FileRefused."""
    asked = _asked(known, now)
    if known.kind != SubscriptionKind.CALDAV:
        return fetching.fetch(asked)
    plain = replace(asked, etag="")
    state = fetching.fetch(replace(plain, dav=Dav("PROPFIND", caldav.STATE, 0)))
    tag = caldav.tag(state.body)[:LONGEST_TAG] if state else ""
    if tag and tag == asked.etag:
        return None
    found = fetching.fetch(replace(plain, dav=Dav("REPORT", caldav.query(since, since + AHEAD), 1)))
    return Fetched(caldav.calendars(found.body), tag) if found else None


def _asked(known: Subscription, now: datetime) -> Asked:
    """Once a day all of it is asked for, changed or not: what repeats reaches a day farther."""
    password = secrets.unsealed(bytes(known.sealed_password)) if known.sealed_password else ""
    is_of_today = known.fresh_at is not None and known.fresh_at.date() == now.date()
    return Asked(
        known.url,
        etag=known.etag if is_of_today else "",
        username=known.username,
        password=password,
        private_allowed=settings.PRIVATE_CALENDARS,
    )


def _take_over(organization: Organization, known: Subscription, fetched: Fetched | None, since: datetime) -> None:
    try:
        zone = clock.zone(known.schedule.time_zone)
        report = read_busy(fetched.body, zone=zone, since=since, until=since + AHEAD) if fetched else None
    except FileRefused:
        _note_failure(organization, known, NO_CALENDAR)
        return

    def act(now: datetime) -> None:
        fresh = organization.subscriptions.filter(id=known.id).first()
        if fresh is None:
            return  # removed meanwhile
        if report is None or fetched is None:
            subscriptions.note_fresh(fresh, etag=fresh.etag, now=now)
        else:
            subscriptions.take_over(fresh, report.busy, since=since, etag=fetched.etag, by=BY, now=now)

    tenancy.perform(act, organization=organization, by=BY)


def _note_failure(organization: Organization, known: Subscription, sentence: str) -> None:
    def act(now: datetime) -> None:
        fresh = organization.subscriptions.filter(id=known.id).first()
        if fresh is not None:
            subscriptions.note_failure(fresh, sentence, now=now)

    tenancy.perform(act, organization=organization, by=BY)
