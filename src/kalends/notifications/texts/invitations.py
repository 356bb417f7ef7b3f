"""The letter that invites somebody to work with an organization."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.delivery.letters import FromFacts, Letter
from kalends.delivery.models import Delivery
from kalends.foundation import clock, secrets
from kalends.notifications.texts import days
from kalends.notifications.texts.sheet import Sheet, foot_of
from kalends.organizations.models import Organization
from kalends.organizations.queries import INVITATION


class InvitationLetters(FromFacts):
    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            sheet = _sheet(organization, delivery)
            subject = _("Invitation to work with %(organization)s") % {"organization": organization.name}
            return Letter(subject, sheet.text(), sheet.html())


def _sheet(organization: Organization, delivery: Delivery) -> Sheet:
    facts = delivery.facts
    token = secrets.derived(organization.id, bytes.fromhex(facts["seed"]), purpose=INVITATION)
    return Sheet(
        language=delivery.language,
        sender=organization.name,
        title=_("You are invited"),
        greeting=_("Hello,"),
        words=(
            _("%(name)s invites you to work with %(organization)s on Kalends.")
            % {"name": facts["invited_by"], "organization": organization.name},
            _("Follow the link to choose a password. It is good until %(day)s, and works once.")
            % {"day": _last_day(organization, facts["expires_at"], delivery.language)},
        ),
        button=_("Accept the invitation"),
        address=f"{settings.BASE_URL}/accounts/invitation/{token}/",
        hint=_("If you did not expect this, leave it: nothing happens without you."),
        foot=foot_of(organization),
    )


def _last_day(organization: Organization, expires_at: str, language: str) -> str:
    expires = clock.epoch_of(datetime.fromisoformat(expires_at))
    return days.day_in_words(clock.local_date(expires, clock.zone(organization.time_zone)), language)
