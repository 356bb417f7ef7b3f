"""The page that goes to a fax number first: who sends it, whom it is meant for, and nothing about anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from kalends.delivery.letters import Letter
from kalends.delivery.models import Delivery
from kalends.foundation.phone import written
from kalends.organizations.models import Organization


class FirstPageLetters:
    def look_up(self, organization: Organization, deliveries: Sequence[Delivery]) -> Mapping[UUID, Any]:
        """Whose numbers these are, by their practitioners' pages."""
        numbers = {delivery.recipient for delivery in deliveries}
        names: dict[str, list[str]] = {}
        for provider in organization.providers.filter(fax__in=numbers).order_by("sort_key"):
            names.setdefault(provider.fax, []).append(provider.name)
        return {delivery.id: names.get(delivery.recipient, []) for delivery in deliveries}

    def write(self, organization: Organization, delivery: Delivery, found: Any) -> Letter:
        with override(delivery.language):
            to = ", ".join(found)
            return Letter(_("First page to this number"), "\n\n".join(_words(organization, to)), "", to=to)


def _words(organization: Organization, to: str) -> list[str]:
    reach = written(organization.phone, country=organization.country) if organization.phone else organization.email
    said = [_("Hello,")]
    if to:
        said.append(
            _("%(sender)s is going to send faxes for %(name)s to this number. This page shows whether it is right.")
            % {"sender": organization.name, "name": to}
        )
    else:
        said.append(
            _("%(sender)s is going to send faxes to this number. This page shows whether it is right.")
            % {"sender": organization.name}
        )
    said.append(_("Nothing else follows until somebody has confirmed the number."))
    if reach:
        said.append(
            _("Are you somebody else? Please tell us, and we send nothing more here: %(reach)s") % {"reach": reach}
        )
    return said
