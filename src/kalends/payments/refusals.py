"""Why a payment cannot be noted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class NothingOwed(Refusal):
    code = "invalid"
    status = 422
    sentence = _("Nothing is to be paid for this appointment.")
