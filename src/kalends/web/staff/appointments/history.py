"""The history of an appointment in words: who, in which role, through which channel, from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kalends.booking.models import HistoryEntry
from kalends.web.staff import dates
from kalends.web.staff.shell import ROLES
from kalends.web.staff.words import CHANNELS
from kalends.web.ui.states import STATES


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is on the clocks of the organization."""

    at: datetime
    when: str
    what: str
    who: str
    why: str


def written(entries: Sequence[HistoryEntry], *, schedules: Mapping[str, str], zone: ZoneInfo) -> list[Event]:
    """Newest first. `schedules`: names by id, as text."""
    return [
        Event(
            at=entry.at,
            when=dates.instant(entry.at, zone),
            what=_what(entry, schedules),
            who=_who(entry),
            why=entry.why or _why_them(entry, schedules),
        )
        for entry in reversed(entries)
    ]


def _what(entry: HistoryEntry, schedules: Mapping[str, str]) -> str:
    before, after = entry.before or {}, entry.after or {}
    match entry.what:
        case "booked" if after.get("status") == "pending":
            return _("Asked for %(place)s") % {"place": _place(after, schedules)}
        case "booked":
            return _("Booked for %(place)s") % {"place": _place(after, schedules)}
        case "moved":
            return _("Moved from %(before)s to %(after)s") % {
                "before": _place(before, schedules),
                "after": _place(after, schedules),
            }
        case "stretched":
            return _("Lasts %(after)s, before %(before)s") % {
                "before": dates.length(before["minutes"]),
                "after": dates.length(after["minutes"]),
            }
        case "cancelled":
            return _("Cancelled: it was on %(place)s") % {"place": _place(before, schedules)}
        case "refused":
            return _("Request refused: it was for %(place)s") % {"place": _place(before, schedules)}
        case "expired":
            return _("Request expired: it was for %(place)s") % {"place": _place(before, schedules)}
        case "approved":
            return _("Request approved")
        case "undone":
            return _("Taken back: %(before)s, now %(after)s again") % {
                "before": _state(before),
                "after": _state(after),
            }
        case "confirmed":
            return _("Confirmed")
        case "paid":
            return _("Noted as paid")
        case "unpaid":
            return _("Not paid after all")
        case "retimed":
            return _("The rules of the time zone have changed: it stays on %(place)s") % {
                "place": _place(after, schedules)
            }
        case "link revoked":
            return _("Private link stopped")
        case "merged":
            return _("Came here from another record of the same patient")
        case "unmerged":
            return _("Back with the record that was taken apart again")
    return _("%(before)s, now %(after)s") % {"before": _state(before), "after": _state(after)}


def _why_them(entry: HistoryEntry, schedules: Mapping[str, str]) -> str:
    """Any practitioner would have done: Dr Roux, 3 in 30 days (share 50); Dr Vasseur, 12 in 30 days (share 100)."""
    shares = ((entry.after or {}).get("chosen") or {}).get("shares", ())
    if not shares:
        return ""
    told = [
        ngettext(
            "%(name)s, %(booked)s appointment in %(days)s days for a share of %(weight)s",
            "%(name)s, %(booked)s appointments in %(days)s days for a share of %(weight)s",
            one["booked"],
        )
        % {**one, "name": schedules.get(one["schedule"], "?")}
        for one in shares
    ]
    return _("Any practitioner; by turn: %(shares)s.") % {"shares": "; ".join(told)}


def _who(entry: HistoryEntry) -> str:
    """Nadia Kerjean (Staff), Telephone."""
    if entry.actor_kind == "patient":
        return _("The patient, %(channel)s") % {"channel": CHANNELS.get(entry.channel, entry.channel)}
    if entry.actor_kind == "system":
        return _("Kalends itself")
    role = ROLES.get(entry.role, entry.role)
    return _("%(name)s (%(role)s), %(channel)s") % {
        "name": entry.actor_label,
        "role": role,
        "channel": CHANNELS.get(entry.channel, entry.channel),
    }


def _place(place: Mapping[str, Any], schedules: Mapping[str, str]) -> str:
    """Tuesday 1 December 2026, 10:40, Dr Vasseur."""
    when = dates.day(date.fromisoformat(place["day"]), year=True)
    parts = [when, dates.minute(place["minute"])]
    if place["fold"]:
        parts[1] = _("%(hour)s (the second of two)") % {"hour": parts[1]}
    return ", ".join([*parts, *filter(None, [schedules.get(place["schedule"])])])


def _state(place: Mapping[str, Any]) -> str:
    known = STATES.get(str(place.get("status", "")))
    return str(known.word) if known else ""
