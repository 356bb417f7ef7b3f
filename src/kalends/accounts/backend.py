"""Who is signed in, read by hand: every page of the desk asks (docs/decisions/0016)."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from kalends.accounts.models import Person
from kalends.foundation.database.reading import read


class Backend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> Person | None:
        """None for whoever may not sign in any more, whatever session they still have."""
        return next(iter(read(Person, "id = $1 AND is_active", [user_id])), None)
