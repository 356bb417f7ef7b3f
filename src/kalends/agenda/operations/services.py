"""Services, and which schedule offers them how."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kalends.agenda.models import Offering, Schedule, Service
from kalends.agenda.models.services import REQUIRABLE_FIELDS
from kalends.agenda.operations.channels import tick
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor, ChannelKind
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid
from kalends.foundation.text import UnusableText, clean_line, clean_text
from kalends.organizations.models import Organization

FIELDS = frozenset(
    {"names", "category", "duration", "buffer_before", "buffer_after", "price_minor", "preparation", "phone_text"}
    | {"colour", "visibility", "notice_minutes", "horizon_days", "same_day_release", "cancel_cutoff_hours"}
    | {"move_cutoff_hours", "max_moves", "max_active_per_person", "new_patients", "required_fields", "position"}
    | {"is_active", "needs_approval", "approval_hours", "payment_due", "payment_hours"}
)
DURATIONS: rows.Bounds = {"duration": (5, 1440), "buffer_before": (0, 480), "buffer_after": (0, 480)}
BOUNDS: rows.Bounds = {
    **DURATIONS,
    "price_minor": (0, 100_000_000),
    "colour": (1, 8),
    "notice_minutes": (0, 525_600),
    "horizon_days": (0, 731),
    "same_day_release": (0, 1439),
    "cancel_cutoff_hours": (0, 8784),
    "move_cutoff_hours": (0, 8784),
    "max_moves": (0, 100),
    "max_active_per_person": (1, 100),
    "approval_hours": (1, 720),
    "payment_hours": (1, 2160),
}
LONGEST_TEXT = {"names": 200, "preparation": 4000, "phone_text": 1000}
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class OfferingSpec(TypedDict):
    """A service on a schedule; what is left out or None is as the service has it."""

    service: Service | UUID
    duration: NotRequired[int | None]
    buffer_before: NotRequired[int | None]
    buffer_after: NotRequired[int | None]
    price_minor: NotRequired[int | None]


def make_service(
    organization: Organization,
    *,
    names: Mapping[str, str],
    duration: int,
    by: Actor,
    now: datetime,
    channels: Collection[ChannelKind] = tuple(ChannelKind),
    **fields: Any,
) -> Service:
    """A new service, ticked on `channels` (all of them, unless told). `fields` are those of `FIELDS`.

    Minutes are real minutes. Raises Invalid naming `names.fr`, `duration`, `required_fields`, ...
    """
    service = Service(organization=organization)
    changes = _fill(service, {"names": names, "duration": duration, **fields})
    rows.insert(service)
    tick(service, channels)
    audit.record("service:make", service, by=by, now=now, after=changes.after)
    return service


def edit_service(service: Service, *, by: Actor, now: datetime, **fields: Any) -> Service:
    """Change some of `FIELDS`. Appointments made before keep their length and price."""
    changes = _fill(service, fields)
    rows.update(service, changes)
    audit.record("service:edit", service, by=by, now=now, before=changes.before, after=changes.after)
    return service


def set_offerings(schedule: Schedule, offerings: Sequence[OfferingSpec], *, by: Actor, now: datetime) -> list[Offering]:
    """Say which services `schedule` offers: these and no others. Raises Invalid naming `offerings[1].service`."""
    organization = schedule.organization
    ids = [_id_of(spec["service"]) for spec in offerings]
    known = set(organization.services.filter(id__in=ids).values_list("id", flat=True))
    made: list[Offering] = []
    for index, spec in enumerate(offerings):
        if ids[index] not in known or ids[index] in ids[:index]:
            sentence = _("This service is already there.") if ids[index] in known else _("There is no such service.")
            raise Invalid.field(f"offerings[{index}].service", sentence)
        offering = Offering(organization_id=schedule.organization_id, schedule_id=schedule.id, service_id=ids[index])
        own = {name: value for name, value in spec.items() if name != "service"}
        try:
            rows.fill(offering, own, allowed={*DURATIONS, "price_minor"}, bounds=BOUNDS)
        except Invalid as fault:
            raise Invalid(
                [FieldError(f"offerings[{index}].{error.field}", error.message) for error in fault.errors]
            ) from fault
        made.append(offering)
    before = _written(list(schedule.offerings.order_by("service_id")))
    schedule.offerings.all().delete()
    Offering.all_rows.bulk_create(made)
    audit.record("offerings:set", schedule, by=by, now=now, before=before, after=_written(made))
    return made


def _fill(service: Service, sent: dict[str, Any]) -> rows.Changes:
    errors: list[FieldError] = []
    missing: list[FieldError] = []
    for name, longest in LONGEST_TEXT.items():
        if name in sent:
            sent[name] = _texts(name, sent[name], longest, errors)
    if "names" in sent and not sent["names"]:
        missing.append(FieldError("names", _("Please give the service a name.")))
    wanted = sent.get("required_fields", ())
    if unknown := sorted(set(wanted) - set(REQUIRABLE_FIELDS)):
        errors.append(
            FieldError(
                "required_fields", _("These fields cannot be asked for: %(names)s.") % {"names": ", ".join(unknown)}
            )
        )
        sent.pop("required_fields")
    checked = {name: value for name, value in sent.items() if name != "names" or value}
    return rows.fill(service, checked, allowed=FIELDS, bounds=BOUNDS, errors=errors, missing=missing)


def _texts(name: str, sent: Mapping[str, str], longest: int, errors: list[FieldError]) -> dict[str, str]:
    """Texts by language, cleaned, without the empty ones."""
    texts: dict[str, str] = {}
    for language, text in sent.items():
        if language not in LANGUAGES:
            errors.append(FieldError(f"{name}.{language}", _("This language is not known here.")))
            continue
        try:
            cleaned = clean_line(text) if name == "names" else clean_text(text)
        except UnusableText:
            errors.append(FieldError(f"{name}.{language}", _("This holds a character that cannot be stored.")))
            continue
        if len(cleaned) > longest:
            sentence = _("This is too long: at most %(count)s characters.") % {"count": longest}
            errors.append(FieldError(f"{name}.{language}", sentence))
        elif cleaned:
            texts[language] = cleaned
    return texts


def _id_of(service: Service | UUID) -> UUID:
    return service.id if isinstance(service, Service) else service


def _written(offerings: Sequence[Offering]) -> dict[str, Any]:
    return {
        str(row.service_id): [row.duration, row.buffer_before, row.buffer_after, row.price_minor] for row in offerings
    }
