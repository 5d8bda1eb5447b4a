"""Sessions in the database, read by a statement that is built once: every page begins with it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.core.rows import Columns

_SESSIONS = Columns(Session)
_OPEN = "FROM django_session s WHERE s.session_key = %s AND s.expire_date > %s"


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        key = str(self.session_key)
        # A cookie can say anything, also what no database takes for a text.
        is_ours = key.isascii() and key.isalnum()
        values = [key, timezone.now().isoformat()]
        found = _SESSIONS.read("s", _OPEN, values) if is_ours else []
        if not found:
            self._session_key = None
            return None
        return found[0]
