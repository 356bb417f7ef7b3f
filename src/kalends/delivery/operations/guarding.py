"""What text messages may leave: by their number, and by how many have left before (numbers.py, walls.py).

Asked by whoever has claimed them, in the same transaction: several workers wait for each other here, so that no limit
is passed by asking at once (LIM-09), and without the database nothing leaves (LIM-08).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_noop

from kalends.audit import operations as audit
from kalends.delivery import letters, numbers, walls
from kalends.delivery.events import TextsStopped
from kalends.delivery.models import Delivery, Medium, Nature, State, TextAlarm, TextTally
from kalends.delivery.policy import settings_of
from kalends.delivery.rules import Fate, Outcome
from kalends.delivery.sms_url import SmsAddress
from kalends.delivery.walls import Gone, Limits, Wall, Wanted
from kalends.foundation import events, phone, secrets
from kalends.foundation.actor import Actor
from kalends.foundation.database.asking import ask
from kalends.foundation.database.locks import wait_turn
from kalends.organizations.models import Organization

PURPOSE = "counting text messages"
EVERYBODY = UUID(int=0)
NO_NAMES = gettext_noop("Not sent: phones of this country show no names as senders.")
_TO_NUMBERS = """
SELECT number, count(*) FROM delivery_texttally WHERE number = ANY ($1::uuid[]) AND at > $2::timestamptz AND by_number
GROUP BY number
"""
_TO_PREFIXES = """
SELECT prefix, count(*) FROM delivery_texttally
WHERE organization_id = $1 AND at > $2::timestamptz AND is_new AND prefix = ANY ($3::uuid[]) GROUP BY prefix
"""
_BY_ONE = """
SELECT count(*) FILTER (WHERE at > $2::timestamptz), count(*) FROM delivery_texttally
WHERE organization_id = $1 AND at > $3::timestamptz
"""


def hold_back(organization: Organization, deliveries: Sequence[Delivery], *, now: datetime) -> dict[UUID, Outcome]:
    """Of those that are text messages: what never leaves, and what does not leave now, each with its reason."""
    texts = [one for one in deliveries if one.medium == Medium.SMS and one.handing_over_at is None]
    if not texts:
        return {}
    decided = settings_of(organization)
    opened = {organization.country, *decided.text_countries.split()}
    found = {one.id: Outcome(Fate.REFUSED, why) for one in texts if (why := _refusal(number_of(one), opened))}
    texts = [one for one in texts if one.id not in found]
    if settings.LIMITS and texts:
        limits = Limits(decided.texts_an_hour, decided.texts_a_day, decided.texts_to_a_prefix)
        found |= _stopped(organization, texts, limits, now)
    return found


def see_alarms(organization: Organization, *, by: Actor, now: datetime) -> None:
    """An administrator has seen them."""
    for alarm in organization.text_alarms.filter(seen_at=None):
        organization.text_alarms.filter(id=alarm.id).update(seen_at=now, by_label=by.label)
        audit.record("text-alarm:see", alarm, by=by, now=now, after={"wall": alarm.wall, "stopped": alarm.stopped})


def forget_tallies(*, now: datetime) -> None:
    """They no longer count."""
    TextTally.objects.filter(at__lt=now - walls.DAY).delete()


def number_of(delivery: Delivery) -> str:
    """Where it really goes."""
    return delivery.redirected_to or delivery.recipient


def _refusal(number: str, opened: set[str]) -> str:
    why = numbers.refusal(number, opened=opened)
    if not why and settings.SMS_URL:
        senders = SmsAddress.read(settings.SMS_URL).senders
        return "" if senders.reach(phone.country_of(number)) else NO_NAMES
    return why


def _stopped(
    organization: Organization, texts: Sequence[Delivery], limits: Limits, now: datetime
) -> dict[UUID, Outcome]:
    keys = {one.id: (_key(number_of(one)), _key(numbers.prefix(number_of(one)))) for one in texts}
    wait_turn(organization.id, *(number for number, _ in keys.values()))
    gone_before = set(TextTally.objects.filter(delivery_id__in=list(keys)).values_list("delivery_id", flat=True))
    known = _known(organization, texts, now)
    wanted = [
        Wanted(one.id, *keys[one.id], number_of(one) not in known, not letters.goes_to_staff(one.kind))
        for one in texts
        if one.id not in gone_before
    ]
    found = walls.stopped(wanted, _gone(organization, wanted, now), limits)
    TextTally.objects.bulk_create(
        TextTally(
            delivery_id=one.id,
            organization_id=organization.id,
            number=one.number,
            prefix=one.prefix,
            is_new=one.is_new,
            by_number=one.counts_by_number,
            at=now,
        )
        for one in wanted
        if one.id not in found
    )
    stopped = {one.id: one for one in texts if one.id in found}
    _alarm(organization, [wall for id, wall in found.items() if stopped[id].reason != walls.HELD[wall]], now)
    return {id: _outcome(stopped[id], wall, now) for id, wall in found.items()}


def _outcome(delivery: Delivery, wall: Wall, now: datetime) -> Outcome:
    if delivery.nature == Nature.ANSWER and wall in (Wall.NUMBER, Wall.PREFIX):
        return Outcome(Fate.SUPPRESSED, walls.REFUSED[wall])
    until = now + walls.ASKS_AGAIN_AFTER
    in_time = delivery.useless_after is None or until < delivery.useless_after
    return Outcome(Fate.HELD, (walls.HELD if in_time else walls.REFUSED)[wall], until=until)


def _gone(organization: Organization, wanted: Sequence[Wanted], now: datetime) -> Gone:
    to_numbers = ask(_TO_NUMBERS, [[one.number for one in wanted], now - walls.NUMBER_SPAN]).rows
    prefixes = [one.prefix for one in wanted if one.is_new]
    to_prefixes = ask(_TO_PREFIXES, [organization.id, now - walls.PREFIX_SPAN, prefixes]).rows
    ((hour, day),) = ask(_BY_ONE, [organization.id, now - walls.HOUR, now - walls.DAY]).rows
    return Gone(Counter(dict(to_numbers)), Counter(dict(to_prefixes)), hour, day)


def _known(organization: Organization, texts: Sequence[Delivery], now: datetime) -> set[str]:
    """Numbers that the organization has written to before today."""
    before = organization.deliveries.filter(medium=Medium.SMS, recipient__in={number_of(one) for one in texts})
    arrived = before.filter(state__in=(State.SENT, State.DELIVERED), settled_at__lt=now - walls.DAY)
    return set(arrived.values_list("recipient", flat=True))


def _alarm(organization: Organization, stopped: Sequence[Wall], now: datetime) -> None:
    for wall, count in walls.alarming(stopped).items():
        opened = organization.text_alarms.filter(wall=wall, seen_at=None)
        if not opened.update(last_at=now, stopped=F("stopped") + count):
            alarm = TextAlarm(organization_id=organization.id, wall=wall, since=now, last_at=now, stopped=count)
            alarm.save(force_insert=True)
        events.publish(TextsStopped(organization, wall, now))


def _key(number: str) -> UUID:
    """The same for the same number, and nobody without the installation's key finds the number by it."""
    return UUID(bytes=secrets.derived(EVERYBODY, number.encode(), purpose=PURPOSE).proof)
