"""The agenda options of a practitioner (seed 001, OPTIONS / Agenda)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kalends.agenda.models import NoticeBy, NoticeRecipient, ProviderOptions, Stepping
from kalends.agenda.queries.options import can_be_told, options_of, recipients_of
from kalends.agenda.rules import options as rules
from kalends.audit import operations as audit
from kalends.foundation.actor import Actor
from kalends.foundation.database import rows
from kalends.foundation.errors import FieldError, Invalid
from kalends.organizations.models import Organization, Provider

_LISTS: Mapping[str, Collection[str]] = {
    "notice_added": NoticeBy.values,
    "notice_moved": NoticeBy.values,
    "notice_deleted": NoticeBy.values,
    "immediate_reminder": rules.REMINDED_BY,
    "required_fields": rules.REQUIRABLE,
}
FIELDS = frozenset({"waiting_list", "waiting_span", "days_shown", "stepping", *_LISTS})
BOUNDS: rows.Bounds = {"waiting_span": (15, 1440), "days_shown": (1, 7)}


def set_options(
    organization: Organization,
    provider: Provider,
    *,
    by: Actor,
    now: datetime,
    recipients: Collection[UUID] | None = None,
    noted: Mapping[str, Any] | None = None,
    **fields: Any,
) -> ProviderOptions:
    """Change some of `FIELDS`; the first time makes the row. Raises Invalid.

    `recipients` are memberships, all of those to be told; empty: the account's own e-mail address. `noted` goes into
    the audit beside what changed: what the caller knows and this capability does not, such as how many offers are
    open while the waiting list is switched off.
    """
    organization.providers.select_for_update(no_key=True).get(id=provider.id)
    options = options_of(organization, provider.id)
    changes = rows.fill(options, _in_order(fields), allowed=FIELDS, bounds=BOUNDS)
    _refuse_impossible(options)
    if options._state.adding:
        rows.insert(options)
    else:
        rows.update(options, changes)
    before, after = dict(changes.before), dict(changes.after)
    if recipients is not None:
        told, wanted = _set_recipients(organization, provider, set(recipients))
        if told != wanted:
            before["recipients"], after["recipients"] = told, wanted
    if after:
        audit.record("provider:options", options, by=by, now=now, before=before, after={**after, **(noted or {})})
    return options


def _in_order(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Lists without repetition, in the order in which they are offered, so that nothing differs by order alone."""
    sent, errors = dict(fields), []
    for name in sent.keys() & _LISTS.keys():
        known = _LISTS[name]
        if unknown := sorted(set(sent[name]) - set(known)):
            errors.append(FieldError(name, _("This cannot be chosen: %(names)s.") % {"names": ", ".join(unknown)}))
        sent[name] = [value for value in known if value in sent[name]]
    if "stepping" in sent and sent["stepping"] not in Stepping.values:
        errors.append(FieldError("stepping", _("This cannot be chosen: %(names)s.") % {"names": sent["stepping"]}))
    if errors:
        raise Invalid(errors)
    return sent


def _refuse_impossible(options: ProviderOptions) -> None:
    if options.stepping == Stepping.WEEK and not rules.steps_by_week(options.days_shown):
        raise Invalid.field("stepping", _("By week is offered from 5 days shown. Show more days, or step by day."))


def _set_recipients(organization: Organization, provider: Provider, wanted: set[UUID]) -> tuple[list[str], list[str]]:
    """Who was told and who is now, as the audit keeps them. Raises Invalid."""
    known = {membership.id for membership in can_be_told(organization)}
    told = {membership.id for membership in recipients_of(organization, provider.id)}
    if wanted - known - told:
        raise Invalid.field("recipients", _("Only practitioners and administrators of this organization can be told."))
    organization.notice_recipients.filter(provider_id=provider.id).exclude(membership_id__in=wanted).delete()
    NoticeRecipient.all_rows.bulk_create(
        NoticeRecipient(organization=organization, provider=provider, membership_id=id_)
        for id_ in sorted(wanted - told)
    )
    return sorted(map(str, told)), sorted(map(str, wanted))
