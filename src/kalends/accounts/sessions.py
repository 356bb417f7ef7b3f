"""Sessions in the database, read by hand: every page of the desk begins with one (docs/decisions/0016)."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from kalends.foundation.database.reading import read


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """None, and no session any more, where there is none or it has expired."""
        found = read(Session, "session_key = $1 AND expire_date > clock_timestamp()", [self.session_key])
        if not found:
            self._session_key = None
        return next(iter(found), None)
