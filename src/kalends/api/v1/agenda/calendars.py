"""Calendars of an agenda: the secret addresses where programs read it, and foreign ones that it reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from ninja import Query, Router

from kalends.agenda.models import Schedule, Subscription
from kalends.agenda.operations import subscriptions as foreign
from kalends.api.access import Call, requires
from kalends.api.acts import done, made
from kalends.api.answers import answer, told_at
from kalends.api.paging import Paged, page
from kalends.api.schemas import calendars as schemas
from kalends.api.v1.agenda.schedules import find
from kalends.booking.models import Feed
from kalends.booking.operations import feeds as operations
from kalends.booking.queries.feeds import feed_secret
from kalends.foundation import clock
from kalends.foundation.actor import Actor
from kalends.foundation.database import tenancy
from kalends.foundation.errors import NotAllowed, NotFound
from kalends.organizations.permissions import Right

router = Router(tags=["agendas"])
ORDER = ("created_at", "id")


@router.get("/{slug:org}/schedules/{uuid:id}/feeds", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Feeds)
def feeds(request: Call, org: str, id: UUID, asked: Query[Paged]) -> HttpResponse:
    """The addresses at which calendar programs read an agenda, stopped ones too, oldest first."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        schedule = find(request.organization, id, request.actor)
        found, following = page(schedule.feeds.all(), ORDER, asked)
        items = [_told_feed(feed, schedule, request.actor) for feed in found]
    return answer({"items": items, "next": following})


@router.post(
    "/{slug:org}/schedules/{uuid:id}/feeds", auth=requires(Right.SETTINGS_AGENDA), response={201: schemas.Feed}
)
def make_feed(request: Call, org: str, id: UUID, asked: schemas.FeedSent) -> HttpResponse:
    """A new address; without names of patients unless asked for. Give it to one person or program only."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        if asked.shows_names and not by.may(Right.CONTACT_READ):
            raise NotAllowed
        schedule = find(organization, id, by)
        feed = operations.make_feed(schedule, label=asked.label, shows_names=asked.shows_names, by=by, now=now)
        return _told_feed(feed, schedule, by)

    def reveal(kept: dict[str, Any]) -> str:
        return _address(organization.feeds.get(id=kept["id"]))

    return made(request, act, unkept="url", reveal=reveal)


@router.delete("/{slug:org}/feeds/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Feed)
def revoke_feed(request: Call, org: str, id: UUID) -> HttpResponse:
    """Stop an address: who reads it is told that it is gone."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        known = organization.feeds.filter(id=id).first()
        if known is None:
            raise NotFound
        schedule = find(organization, known.schedule_id, by)
        return _told_feed(operations.revoke_feed(known, by=by, now=now), schedule, by)

    return done(request, act)


@router.get(
    "/{slug:org}/schedules/{uuid:id}/subscriptions",
    auth=requires(Right.SETTINGS_AGENDA),
    response=schemas.Subscriptions,
)
def subscriptions(request: Call, org: str, id: UUID, asked: Query[Paged]) -> HttpResponse:
    """The foreign calendars that an agenda reads, oldest first, and how fresh each is."""
    with tenancy.acting(organization=request.organization, by=request.actor):
        schedule = find(request.organization, id, request.actor)
        found, following = page(schedule.subscriptions.all(), ORDER, asked)
        items = [_told_subscription(one, schedule) for one in found]
    return answer({"items": items, "next": following})


@router.post(
    "/{slug:org}/schedules/{uuid:id}/subscriptions",
    auth=requires(Right.SETTINGS_AGENDA),
    response={201: schemas.Subscription},
)
def subscribe(request: Call, org: str, id: UUID, asked: schemas.SubscriptionSent) -> HttpResponse:
    """Read a calendar within a minute, and from then on every quarter of an hour."""
    organization, by = request.organization, request.actor

    def act(now: datetime) -> dict[str, Any]:
        schedule = find(organization, id, by)
        return _told_subscription(foreign.subscribe(schedule, **asked.model_dump(), by=by, now=now), schedule)

    return made(request, act)


@router.post(
    "/{slug:org}/subscriptions/{uuid:id}/read", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Subscription
)
def read_soon(request: Call, org: str, id: UUID) -> HttpResponse:
    """Ask the foreign calendar again within a minute."""

    def act(now: datetime) -> dict[str, Any]:
        known, schedule = _known(request, id)
        foreign.read_soon(known, by=request.actor, now=now)
        return _told_subscription(known, schedule)

    return done(request, act)


@router.delete(
    "/{slug:org}/subscriptions/{uuid:id}", auth=requires(Right.SETTINGS_AGENDA), response=schemas.Subscription
)
def unsubscribe(request: Call, org: str, id: UUID) -> HttpResponse:
    """Read it no longer; what it had blocked is open again."""

    def act(now: datetime) -> dict[str, Any]:
        known, schedule = _known(request, id)
        told = _told_subscription(known, schedule)
        foreign.unsubscribe(known, by=request.actor, now=now)
        return told

    return done(request, act)


def _known(request: Call, subscription_id: UUID) -> tuple[Subscription, Schedule]:
    """Raises NotFound for what the caller may not see."""
    known = request.organization.subscriptions.select_related("organization").filter(id=subscription_id).first()
    if known is None:
        raise NotFound
    return known, find(request.organization, known.schedule_id, request.actor)


def _address(feed: Feed) -> str:
    return settings.BASE_URL + reverse("feed", kwargs={"secret": feed_secret(feed)})


def _told_feed(feed: Feed, schedule: Schedule, by: Actor) -> dict[str, Any]:
    zone = clock.zone(schedule.time_zone)
    is_hidden = feed.revoked_at is not None or (feed.shows_names and not by.may(Right.CONTACT_READ))
    return {
        "id": feed.id,
        "schedule": schedule.id,
        "label": feed.label,
        "shows_names": feed.shows_names,
        "created_at": told_at(feed.created_at, zone),
        "created_by": feed.created_by,
        "last_read_on": feed.last_read_on,
        "revoked_at": _moment(feed.revoked_at, zone),
        "url": None if is_hidden else _address(feed),
    }


def _told_subscription(one: Subscription, schedule: Schedule) -> dict[str, Any]:
    zone = clock.zone(schedule.time_zone)
    return {
        "id": one.id,
        "schedule": schedule.id,
        "server": urlsplit(one.url).hostname or "",
        "kind": one.kind,
        "created_at": told_at(one.created_at, zone),
        "read_at": _moment(one.read_at, zone),
        "fresh_at": _moment(one.fresh_at, zone),
        "failure": gettext(one.failure) if one.failure else "",
    }


def _moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return told_at(moment, zone) if moment else None
