"""Why an organization, or a person's place in it, could not be changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class LastAdministrator(Refusal):
    code = "last_administrator"
    sentence = _("An organization keeps at least one administrator. Give somebody else that role first.")


class InvitationOver(Refusal):
    """Used, withdrawn, or older than 30 days: the three are not told apart."""

    code = "invitation_over"
    sentence = _("This invitation can no longer be used. Ask for a new one.")


class InvitedSomebodyElse(Refusal):
    code = "invited_somebody_else"
    sentence = _("This invitation was sent to another address. Sign in with that address to accept it.")
