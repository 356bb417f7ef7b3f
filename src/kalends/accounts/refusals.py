"""Why nobody could be given a sign-in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kalends.foundation.errors import Refusal


class AlreadyKnown(Refusal):
    """Only for somebody who has shown that the address is theirs: an invitation, never an open form."""

    code = "already_known"
    sentence = _("There is already a sign-in for this address. Sign in, then open the link again.")
