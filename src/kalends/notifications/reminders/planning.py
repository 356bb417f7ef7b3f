"""Writing down, in sets, who is to be reminded now: statements for many rules and visits of an organization at once.

Planned twice or by two at once, a visit is reminded of once: one waits for the other, and the database knows each by
visit, number of the rule, time and medium (REM-05, REM-19). What is due is looked at from where the last look ended,
so that an hour without a worker loses nothing (REM-10); a rule that is new or changed looks at all visits to come, and
what was sent under its number is not sent again (REM-16). Who booked or moved after the instant was told then, and is
not reminded at once (REM-08).

Somebody is new to an account until a visit there has begun that was neither cancelled nor missed; of which nobody noted
the outcome, it counts as attended, for many practices never note any (REM-15). Hours and days after a visit are
counted from its beginning, as those before, and nothing is said while it still lasts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from kalends.delivery import operations as delivery
from kalends.delivery.models import Medium, Nature
from kalends.foundation import clock
from kalends.foundation.database import locks
from kalends.foundation.database.asking import ask, ask_by_name
from kalends.foundation.database.models import NEW_ID
from kalends.notifications.institution import copies
from kalends.notifications.models import ReminderBy, ReminderRule, ReminderState, Side
from kalends.notifications.reminders import rules, unconfirmed
from kalends.notifications.texts import Kind
from kalends.organizations.models import Organization

AHEAD = timedelta(minutes=5)
# Days of agendas in one statement, which has to end in time: a rule that is new looks at as many as 90 of each.
DAYS_AT_ONCE = 1000
# Bookings that were still being written at the last look.
LOOKS_BACK = timedelta(minutes=10)
# Thanks for a visit, or how to go on: nobody wants to read it later.
WORTH_SAYING = timedelta(days=1)
MEDIA = [Medium.EMAIL.value, Medium.SMS.value]

Row = tuple[UUID, str, datetime, datetime, timedelta, datetime | None]

# Before its first count of the rows PostgreSQL takes a table for empty and reads it whole for each visit: the tables
# of a new house, of which thousands of visits were just imported, are the ones that grow most in this transaction.
_BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true)"
_WANTED = """
  a.status IN ('booked', 'confirmed', 'arrived', 'fulfilled') AND a.booked_at < {due}
  AND (r.side = 'after' OR a.status IN ('booked', 'confirmed'))
  AND NOT (r.skips_confirmed AND a.status = 'confirmed')
  AND (r.medium <> 'staff' OR a.status = 'booked')
  AND (r.services = '{{}}' OR a.service_id = ANY (r.services))
  AND NOT (a.sequence > 0 AND EXISTS (
    SELECT FROM booking_historyentry h
    WHERE h.organization_id = %(org)s AND h.appointment_id = a.id AND h.what = 'moved' AND h.at > {due}))
  AND NOT (r.state = 'new' AND EXISTS (
    SELECT FROM booking_appointment e
    JOIN agenda_schedule o ON o.organization_id = %(org)s AND o.id = e.schedule_id AND o.provider_id = r.provider_id
    WHERE e.organization_id = %(org)s AND e.contact_id = a.contact_id AND e.starts_at < a.starts_at
      AND e.starts_at <= {due} AND e.status IN ('booked', 'confirmed', 'arrived', 'fulfilled')))
"""
# What is planned already is looked up once for all: for each visit, PostgreSQL would do it by whichever index it likes
# while it has not counted the rows, and read all of an organization each time.
_PLANNED = """
  SELECT appointment_id, number, starts_at, medium::text FROM notifications_reminder
  WHERE organization_id = %(org)s AND appointment_id = ANY (ARRAY(SELECT id FROM {visits}))
"""
_DUE = f"""
WITH slice AS (
  SELECT * FROM unnest(%(rules)s::uuid[], %(zones)s::text[], %(from)s::timestamptz[], %(to)s::timestamptz[],
    %(deltas)s::interval[], %(fixed)s::timestamptz[]) AS s (rule_id, zone, starts_from, starts_to, delta, fixed)
), due AS (
  SELECT a.id, a.contact_id, a.local_day, a.starts_at, a.schedule_id, a.language, r.number, r.side, r.medium,
    greatest(coalesce(s.fixed, a.starts_at - s.delta), CASE r.side WHEN 'after' THEN a.ends_at END) AS due_at
  FROM slice s
  JOIN notifications_reminderrule r ON r.organization_id = %(org)s AND r.id = s.rule_id
  JOIN agenda_schedule g ON g.organization_id = %(org)s AND g.provider_id = r.provider_id
  -- From each slice to its visits by the index: left to itself PostgreSQL compares every visit with every slice.
  CROSS JOIN LATERAL (
    SELECT * FROM booking_appointment
    WHERE organization_id = %(org)s AND schedule_id = g.id AND starts_at >= s.starts_from AND starts_at < s.starts_to
      AND time_zone = s.zone
    OFFSET 0
  ) a
  WHERE {_WANTED.format(due="coalesce(s.fixed, a.starts_at - s.delta)")}
), day AS (
  SELECT contact_id, local_day, number, min(due_at) AS due_at, array_agg(id) AS known FROM due
  WHERE side = 'before' GROUP BY contact_id, local_day, number
), same_day AS MATERIALIZED (
  -- From each day to its other visits by the index, likewise, and before anything is compared with the rules.
  SELECT a.*, d.number, d.due_at, g.provider_id
  FROM day d
  CROSS JOIN LATERAL (
    SELECT * FROM booking_appointment
    WHERE organization_id = %(org)s AND contact_id = d.contact_id AND local_day = d.local_day AND starts_at > %(now)s
      AND id <> ALL (d.known)
    OFFSET 0
  ) a
  JOIN agenda_schedule g ON g.organization_id = %(org)s AND g.id = a.schedule_id
), visit AS (
  SELECT id, contact_id, local_day, starts_at, schedule_id, language, number, side, medium, due_at FROM due
  UNION ALL
  SELECT a.id, a.contact_id, a.local_day, a.starts_at, a.schedule_id, a.language, r.number, r.side, r.medium, a.due_at
  FROM same_day a
  JOIN notifications_reminderrule r ON r.organization_id = %(org)s AND r.provider_id = a.provider_id
    AND r.number = a.number AND r.side = 'before' AND r.state <> 'off'
  WHERE {_WANTED.format(due="a.due_at")}
), told AS (
  SELECT v.*, m.medium AS by, CASE m.medium WHEN 'email' THEN c.email ELSE c.phone END AS recipient
  FROM visit v
  JOIN contacts_contact c ON c.organization_id = %(org)s AND c.id = v.contact_id
  CROSS JOIN unnest(%(media)s::text[]) AS m (medium)
  WHERE v.medium IN (m.medium, 'both')
    AND CASE m.medium WHEN 'email' THEN c.email <> '' ELSE c.phone <> '' AND c.phone_is_mobile IS NOT FALSE END
    AND CASE m.medium WHEN 'email' THEN c.email_consent ELSE c.sms_consent END <> 'refused'
    AND (v.id, v.number, v.starts_at, m.medium) NOT IN ({_PLANNED.format(visits="visit")})
)
"""  # noqa: S608 - our own words
# Visits that the staff is to be told of, each once under the number of its rule.
_NOT_CONFIRMED = f"""
  SELECT * FROM due
  WHERE medium = 'staff' AND (id, number, starts_at, medium) NOT IN ({_PLANNED.format(visits="due")})
"""  # noqa: S608 - our own words
_LIST = f"""{_DUE}, listed AS (
  SELECT id, contact_id, schedule_id, number, by, recipient, starts_at, due_at FROM told
  UNION ALL
  SELECT id, contact_id, schedule_id, number, 'staff', '', starts_at, due_at FROM ({_NOT_CONFIRMED}) n
)
SELECT id, schedule_id, number, by, recipient, starts_at, due_at FROM listed
ORDER BY due_at, contact_id, starts_at, number, by
"""  # noqa: S608 - our own words
_PLAN = f"""{_DUE}, told_together AS (
  SELECT {NEW_ID} AS id, number, side, by, recipient, min(language) AS language, min(due_at) AS due_at,
    array_agg(id ORDER BY starts_at, id) AS visits, array_agg(starts_at ORDER BY starts_at, id) AS starts,
    jsonb_agg(jsonb_build_object('id', id, 'starts_at', starts_at) ORDER BY starts_at, id) AS facts,
    jsonb_agg(DISTINCT schedule_id) AS schedules
  FROM told GROUP BY contact_id, local_day, number, side, by, recipient
), planned AS (
  INSERT INTO notifications_reminder
    (organization_id, id, appointment_id, number, starts_at, medium, message_id, planned_at)
  -- A message is called as the first of its reminders.
  SELECT %(org)s, CASE v.place WHEN 1 THEN t.id ELSE {NEW_ID} END, v.id, t.number, v.starts_at, t.by, t.id, %(now)s
  FROM told_together t CROSS JOIN unnest(t.visits, t.starts) WITH ORDINALITY AS v (id, starts_at, place)
), message AS (
  SELECT %(kind)s AS kind, id AS cause_id, 0 AS cause_version, by AS medium, recipient, language,
    jsonb_build_object('number', number, 'visits', facts) AS facts, greatest(due_at, %(now)s) AS due_at,
    CASE side WHEN 'before' THEN starts[1] ELSE due_at + %(worth_saying)s::interval END AS useless_after,
    %(nature)s AS nature, schedules
  FROM told_together
)
"""  # noqa: S608 - our own words
_UNCONFIRMED = f"{_DUE} SELECT n.id, n.number FROM ({_NOT_CONFIRMED}) n"  # noqa: S608 - our own words


def plan(organization: Organization, *, now: datetime) -> int:
    """Queue what falls due until `AHEAD` of `now`; says how many messages that are. Inside `tenancy.acting`."""
    locks.wait_turn(organization.id)
    ask(_BY_INDEX)
    active = _active(organization)
    planned = 0
    for asked in _asked(organization, active, since=None, until=now + AHEAD, now=now):
        if any(rule.medium == ReminderBy.STAFF for rule in active):
            due = ask_by_name(_UNCONFIRMED, asked).rows
            planned += unconfirmed.tell(organization, [(id, number) for id, number in due], now=now)
        planned += _plan_set(organization, asked, now=now)
    if planned:
        copies.queue_copies(organization, Kind.REMINDER, now=now)
    seen = [(rule.id, rule.looked_until) for rule in active]
    behind = [id for id, until in seen if until is None or not now - LOOKS_BACK <= until <= now]
    if behind:
        organization.reminder_rules.filter(id__in=behind).update(looked_until=now)
    return planned


def _plan_set(organization: Organization, asked: Mapping[str, Any], *, now: datetime) -> int:
    """One statement writes what is planned, and queues the messages of it."""
    said = {"kind": Kind.REMINDER, "nature": Nature.UNASKED, "worth_saying": WORTH_SAYING}
    return delivery.queue_from(organization, _PLAN, {**asked, **said}, now=now)


class Coming(NamedTuple):
    """A visit that one rule will remind of by one medium, or tell the staff of, who are found by its agenda
    (`told_of`). Instants in UTC."""

    appointment_id: UUID
    schedule_id: UUID
    number: int
    medium: str
    recipient: str
    starts_at: datetime
    due_at: datetime


def coming(
    organization: Organization, *, until: datetime, now: datetime, since: datetime | None = None
) -> list[Coming]:
    """What is not planned yet and falls due until then, as it looks now: after `since`, else after the last look.

    Inside `tenancy.acting`; writes nothing.
    """
    ask(_BY_INDEX)
    found: dict[tuple[Any, ...], Coming] = {}
    for asked in _asked(organization, _active(organization), since=since, until=until, now=now):
        rows = [Coming(*row) for row in ask_by_name(_LIST, asked).rows]
        for one in rows:
            known = found.setdefault((one.appointment_id, one.number, one.medium), one)
            if one.due_at < known.due_at:
                found[one.appointment_id, one.number, one.medium] = one
    return sorted(found.values(), key=lambda one: (one.due_at, one.starts_at, one.appointment_id, one.number))


def _active(organization: Organization) -> list[ReminderRule]:
    return list(organization.reminder_rules.exclude(state=ReminderState.OFF).order_by("id"))


def _asked(
    organization: Organization,
    active: Sequence[ReminderRule],
    *,
    since: datetime | None,
    until: datetime,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """The parameters of the statements: visits by the instants between which they begin, some slices at a time."""
    schedules = organization.schedules.filter(provider_id__in=[rule.provider_id for rule in active])
    zones: dict[Any, set[str]] = {}
    for provider_id, zone in schedules.values_list("provider_id", "time_zone") if active else ():
        zones.setdefault(provider_id, set()).add(zone)
    rows = [
        (rule.id, zone, *_row(one))
        for rule in active
        for zone in sorted(zones.get(rule.provider_id, ()))
        for one in _slices(rule, zone, since or _last_look(rule, now), until, now)
    ]
    names = ("rules", "zones", "from", "to", "deltas", "fixed")
    for some in _in_sets(rows):
        columns = zip(*some, strict=True)
        yield {
            "org": organization.id,
            "now": now,
            "media": MEDIA,
            **{name: list(column) for name, column in zip(names, columns, strict=True)},
        }


def _in_sets(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Some for each statement; a slice is a day at least, and as many as pass until the clocks change."""
    taken: list[Row] = []
    days = 0
    for row in rows:
        taken.append(row)
        days += 1 + (row[3] - row[2]).days
        if days >= DAYS_AT_ONCE:
            yield taken
            taken, days = [], 0
    if taken:
        yield taken


def _last_look(rule: ReminderRule, now: datetime) -> datetime:
    """From where this rule looks. One that has not looked yet is not about what is long past; one that looked by a
    clock that was ahead looks again."""
    if rule.looked_until is not None:
        return min(rule.looked_until, now) - LOOKS_BACK
    if rule.side == Side.AFTER:
        return now - WORTH_SAYING
    longest = timedelta(hours=rule.amount) if rule.unit == "hours" else timedelta(days=rule.amount + 1)
    return now - longest


def _slices(rule: ReminderRule, zone: str, since: datetime, until: datetime, now: datetime) -> Sequence[rules.Slice]:
    found = rules.slices(timing_of(rule), clock.zone(zone), since=clock.epoch_of(since), until=clock.epoch_of(until))
    if rule.looked_until is not None or rule.side == Side.AFTER:
        return found
    coming = [one._replace(starts_from=max(one.starts_from, clock.epoch_of(now) + 1)) for one in found]
    return [one for one in coming if one.starts_from < one.starts_to]


def timing_of(rule: ReminderRule) -> rules.Timing:
    return rules.Timing(rule.amount, rule.unit, rule.side == Side.BEFORE, rule.at_minute)


def _row(one: rules.Slice) -> tuple[datetime, datetime, timedelta, datetime | None]:
    fixed = None if one.fixed is None else datetime.fromtimestamp(one.fixed, UTC)
    begins, ends = (datetime.fromtimestamp(moment, UTC) for moment in (one.starts_from, one.starts_to))
    return begins, ends, timedelta(seconds=one.delta), fixed
