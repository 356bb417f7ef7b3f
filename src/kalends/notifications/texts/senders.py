"""The letter that asks whether an organization may write in the name of an address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.delivery import mail_senders
from kalends.delivery.letters import FromFacts, Letter
from kalends.delivery.models import Delivery
from kalends.foundation import clock, secrets
from kalends.notifications.texts import days
from kalends.notifications.texts.sheet import Sheet, foot_of
from kalends.organizations.models import Organization


class SenderLetters(FromFacts):
    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            sheet = _sheet(organization, delivery)
            subject = _("May %(organization)s write from this address?") % {"organization": organization.name}
            return Letter(subject, sheet.text(), sheet.html())


def _sheet(organization: Organization, delivery: Delivery) -> Sheet:
    facts = delivery.facts
    token = secrets.derived(organization.id, bytes.fromhex(facts["seed"]), purpose=mail_senders.PURPOSE)
    said = {"name": facts["asked_by"], "organization": organization.name, "address": delivery.recipient}
    expires = clock.epoch_of(datetime.fromisoformat(facts["expires_at"]))
    last_day = clock.local_date(expires, clock.zone(organization.time_zone))
    return Sheet(
        language=delivery.language,
        sender=organization.name,
        title=_("Confirm this address"),
        greeting=_("Hello,"),
        words=(
            _("%(name)s of %(organization)s would like e-mails to patients to come from %(address)s.") % said,
            _("If that is right, open the page and confirm it. The link is good until %(day)s.")
            % {"day": days.day_in_words(last_day, delivery.language)},
        ),
        button=_("Open the page"),
        address=f"{settings.BASE_URL}/accounts/sender/{token}/",
        hint=_("If you did not expect this, leave it: nothing happens without you."),
        foot=foot_of(organization),
    )
