"""Flask's session over our table, so that Flask-Login, CSRF and flashes work unmodified.

One cookie, two contents. Before log-in it is a signed value that holds the CSRF secret, without a
row. After log-in it is a random id whose hash is the row's key.
"""

import json
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import CallbackDict

from dashboard.crypto.hashing import hash_secret
from dashboard.crypto.keyring import Keys
from dashboard.services.auth.sessions import OpenSession, Sessions
from dashboard.store.db.database import StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS, BUSY_TIMEOUT_MS

ANONYMOUS = "a."
BEFORE_LOG_IN_S = 12 * 3600
LOGGED_IN_AS = "_user_id"  # Flask-Login's name for it
CSRF_SECRET = "csrf_token"  # noqa: S105  Flask-WTF's name for it
MAX_COOKIE = 4096
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def data_of(row: OpenSession) -> dict[str, Any]:
    """Return the data of a stored session; nothing where it cannot be read."""
    try:
        return dict(json.loads(row.data))
    except (TypeError, ValueError):
        return {}


def to_json(data: dict[str, Any]) -> str:
    """Return the data as a row holds it."""
    return json.dumps(data, separators=(",", ":"))


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The request's `flask.session`. `row` is set once a person is logged in.

    `failed` holds why the session could not be read: whose it is stays unknown, so the guard of
    `web/auth/guard` raises it, and the cookie is left as it is. `ended` is a session that ended
    a short while ago: it opens nothing, but its owner gets back what they typed.
    """

    def __init__(
        self,
        data: dict[str, Any],
        row: OpenSession | None = None,
        failed: StoreError | None = None,
        ended: OpenSession | None = None,
    ) -> None:
        super().__init__(data, lambda _: setattr(self, "modified", True))
        self.row = row
        self.failed = failed
        self.ended = ended
        self.modified = False
        self.new_id = ""

    def continue_as(self, new_id: str | None) -> None:
        """Continue under a new id, which is saved; without one the session has ended."""
        if new_id is None:
            self.clear()
        self.new_id = new_id or ""
        self.modified = new_id is None


class ServerSessions(SessionInterface):
    """Opens and saves sessions."""

    def __init__(self, sessions: Sessions, keys: Keys, environment: str) -> None:
        self._sessions = sessions
        self._cookie = f"__Host-dashboard-{environment}"
        self._signer = URLSafeTimedSerializer(keys.oldest_first, salt="before log-in")

    def open_session(self, app: Flask, request: Request) -> ServerSession:  # noqa: ARG002  Flask's signature
        """Return the session of the cookie, or an empty one."""
        cookie = request.cookies.get(self._cookie, "")
        if cookie.startswith(ANONYMOUS):
            return ServerSession(self._unsign(cookie.removeprefix(ANONYMOUS)))
        try:
            row = self._sessions.find(cookie) if cookie else None
            unsaved = cookie and row is None and request.method not in SAFE
            ended = self._sessions.find_ended(cookie) if unsaved else None
        except StoreError as error:
            return ServerSession({}, failed=error)
        return ServerSession(data_of(row) if row else {}, row, ended=ended)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002  Flask's signature
        """Store what changed, and set or delete the cookie where its value changed."""
        if not isinstance(session, ServerSession):
            raise TypeError("the session is not ours")
        if session.failed:
            return
        row, logged_in = session.row, LOGGED_IN_AS in session
        if row and not logged_in:
            self._sessions.end(row.id_hash)
        if session.new_id:
            self._set(response, session.new_id)
        if not session.modified:
            return
        if not logged_in:
            self._save_anonymous(session, response)
        elif id_hash := hash_secret(session.new_id) if session.new_id else row and row.id_hash:
            wait_ms = BRIEFLY_MS if request.method in SAFE else BUSY_TIMEOUT_MS
            self._sessions.save(id_hash, to_json(dict(session)), wait_ms)

    def _save_anonymous(self, session: ServerSession, response: Response) -> None:
        value = ANONYMOUS + str(self._signer.dumps(dict(session)))
        if session and len(value) < MAX_COOKIE:
            self._set(response, value)
        else:
            self._forget(response)

    def _forget(self, response: Response) -> None:
        response.delete_cookie(
            self._cookie, path="/", secure=True, httponly=True, samesite="Strict"
        )

    def _set(self, response: Response, value: str) -> None:
        response.set_cookie(
            self._cookie, value, path="/", secure=True, httponly=True, samesite="Strict"
        )

    def _unsign(self, value: str) -> dict[str, Any]:
        try:
            data = self._signer.loads(value, max_age=BEFORE_LOG_IN_S)
        except BadSignature:
            return {}
        return data if isinstance(data, dict) and LOGGED_IN_AS not in data else {}
