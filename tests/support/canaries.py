"""Secrets of a test run, and every place where one of them turns up that has no business to.

What a test hands out is remembered while it runs: passwords, API secrets, the secret key, session
cookies, one-time links. A user JWT is known by its looks. Every answer that a visitor gets is
looked through, and at the end of each test its log and its database files. What a real server
wrote is looked through when it stops, for the secrets of every test before.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zipfile import ZipFile

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LEAST = 12  # shorter ones are words
JWT = re.compile(r"eyJ[\w-]{8,}\.(eyJ[\w-]{8,})\.[\w-]{8,}")
SESSION = re.compile(r"^__Host-[\w-]+=([^;]+)")
ZIP = "application/zip"
WATCHED = (
    *("text/html", "text/plain", "text/csv", "text/markdown"),
    *("application/json", "application/xml", ZIP),
)
WORD = re.compile(r"[\w-]{12,}")


class Kind(StrEnum):
    """Kinds of canaries."""

    SECRET = "secret"  # of the API, or the secret key
    PASSWORD = "password"
    SESSION = "session id"
    ACCESS = "access token"
    REFRESH = "refresh token"
    LINK = "one-time link"
    AUTHENTICATOR = "secret of an authenticator"
    RECOVERY = "recovery code"
    INQUIRY = "inquiry"  # its ID is enough to continue the user's verification
    NOTE = "note"  # what staff say about a user


# The one answer that may show it, by method and path. The page of a link has it in its own address.
SHOWN_BY: dict[Kind, re.Pattern[str]] = {
    Kind.ACCESS: re.compile(
        r"POST /users/[0-9a-f-]{36}/tokens|POST /tokens/privy|POST /lab/\d+/tokens"
    ),
    Kind.LINK: re.compile(r"POST /staff(/\d+/\w+)?|\w+ /link/.*"),
    Kind.AUTHENTICATOR: re.compile(r"(GET|POST) /account/authenticator"),
    Kind.RECOVERY: re.compile(r"POST /account/(passkeys|authenticator|recovery-codes)"),
    # Pages for staff who can start KYC; tests/views/kyc/test_kyc_secrets.py walks them for others.
    Kind.INQUIRY: re.compile(
        r"GET (/|/users|/kyc)"
        r"|(GET|POST) /users/[0-9a-f-]{36}"
        r"(/kyc(/link|/open)?|/reveal|/card|/mail|/message|/timeline)?"
        r"|POST /kyc/export|POST /kept|GET /lab/\d+|POST /lab/\d+/bundle"
    ),
    # Pages of one user; tests/views/notes/test_masked_notes.py walks them for other roles.
    Kind.NOTE: re.compile(
        r"(GET|POST) /users/[0-9a-f-]{36}(/notes(/\d+(/\w+)?)?|/reveal|/timeline)?"
    ),
}
KEPT = frozenset({Kind.INQUIRY, Kind.NOTE})  # the database is there to keep these
SET_BY_FORMS = {"new_password": Kind.PASSWORD, "api_secret": Kind.SECRET}
# How that answer shows it.
LEARNT: dict[Kind, re.Pattern[str]] = {
    Kind.LINK: re.compile(r"/link/([\w-]{20,})"),
    Kind.AUTHENTICATOR: re.compile(r'<code id="secret">(\w+)</code>'),
    Kind.RECOVERY: re.compile(r'<pre class="code" id="codes"[^>]*>([^<]+)</pre>'),
    Kind.INQUIRY: re.compile(r"inq_[A-Za-z0-9]{20,}"),
}


class Canaries:
    """The secrets that are known now, those of before, and what was found."""

    def __init__(self) -> None:
        self.known: dict[str, Kind] = {}
        self._before: dict[str, Kind] = {}
        self.found: list[str] = []

    def remember(self, kind: Kind, *values: str) -> None:
        """Look out for these from now on."""
        for value in values:
            if len(value.strip()) >= LEAST:
                self.known.setdefault(value, kind)

    def begin(self) -> None:
        """Keep a test's own secrets apart from those of the tests before it."""
        self._before.update(self.known)
        self.known.clear()
        self.found.clear()

    def answered(self, response: TestResponse) -> None:
        """Look through an answer and its address, and learn what it hands out."""
        asked = f"{response.request.method} {response.request.path}"
        query = str(response.request.environ.get("QUERY_STRING", ""))
        self.exchanged(asked, query, response.headers, text_of(response))

    def exchanged(
        self, asked: str, query: str, headers: Iterable[tuple[str, str]], text: str
    ) -> None:
        """Look through one exchange, given as its parts."""
        cookies = [value for name, value in headers if name == "Set-Cookie"]
        self.remember(Kind.SESSION, *(match[1] for c in cookies if (match := SESSION.match(c))))
        allowed = {kind for kind, where in SHOWN_BY.items() if where.fullmatch(asked)}
        for kind in allowed & LEARNT.keys():
            for shown in LEARNT[kind].findall(text):
                self.remember(kind, *shown.split())
        others = "\n".join(f"{name}: {value}" for name, value in headers if name != "Set-Cookie")
        self.look(f"the answer to {asked}", text, allowed)
        self.look(f"the answer to {asked}", others, allowed - {Kind.NOTE})
        self.look(f"the answer to {asked}", "\n".join(cookies), {Kind.SESSION})
        in_path = {Kind.LINK} if "/link/" in asked else set()
        self.look(f"the address of {asked}", f"{asked}?{query}", in_path)

    def look(self, where: str, text: str, allowed: Iterable[Kind] = ()) -> None:
        """Note every canary that is in a text and not allowed there."""
        seen = {
            kind
            for value, kind in tuple(self.known.items())
            if value in text or quote(value) in text
        }
        seen |= {_kind_of(match[1]) for match in JWT.finditer(text)}
        self.found += [f"{kind} in {where}" for kind in sorted(seen - set(allowed))]

    def search(self, folder: Path, pattern: str) -> None:
        """Look through files for the secrets of now, as at the end of a test."""
        for file in sorted(folder.glob(pattern)):
            kept = KEPT if ".sqlite3" in file.name else ()
            self.look(file.name, file.read_bytes().decode("latin-1"), kept)

    def search_all(self, folder: Path, *patterns: str, rows: str = "") -> list[str]:
        """Return what is found of every secret of the run, as when a server stops.

        `rows` are those of a database that is in no file.
        """
        marks = {_mark(value): kind for value, kind in {**self._before, **self.known}.items()}
        files = [file for pattern in patterns for file in sorted(folder.glob(pattern))]
        texts = [(file.name, file.read_bytes().decode("latin-1")) for file in files]
        found = []
        for name, text in [*texts, ("the database", rows)]:
            # In a row of a database, nothing separates one text from the next.
            held = {
                word[start : start + LEAST]
                for word in set(WORD.findall(text))
                for start in range(len(word) - LEAST + 1)
            }
            likely = (mark for mark in marks if mark[:LEAST] in held or not WORD.match(mark))
            kinds = {marks[mark] for mark in likely if mark in text}
            kinds |= {_kind_of(match[1]) for match in JWT.finditer(text)}
            kept = KEPT if ".sqlite3" in name or name == "the database" else frozenset()
            found += [f"{kind} in {name}" for kind in sorted(kinds - kept)]
        return found


def _mark(value: str) -> str:
    """Return what a secret is known by, however it is written: its longest word."""
    return max(WORD.findall(value), key=len, default=value)


def _kind_of(payload: str) -> Kind:
    """Return which of the two tokens it is; one that cannot be read counts as the worse one."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return Kind.REFRESH
    return Kind.ACCESS if claims.get("typ") == "access" else Kind.REFRESH


canaries = Canaries()


STAND_IN = "dashboard.simulator.app"


def text_of(response: TestResponse) -> str:
    """Return the text of an answer, of all the files where it is a ZIP."""
    if response.mimetype == ZIP:
        with ZipFile(BytesIO(response.data)) as pack:
            return "\n".join(pack.read(name).decode() for name in pack.namelist())
    packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.data).decode() if packed else response.text


class WatchedClient(FlaskClient):
    """Flask's test client, whose every form and answer is looked through."""

    def open(self, *args: Any, **options: Any) -> TestResponse:  # noqa: ANN401  werkzeug's
        """Remember what a form sets, and look through its answer."""
        if isinstance(data := options.get("data"), Mapping):
            remember_fields(data)
        response = super().open(*args, **options)
        if self.application.import_name == STAND_IN:  # the simulator hands out tokens
            return response
        if (response.mimetype or "").startswith(WATCHED):
            canaries.answered(response)
        return response


def remember_fields(data: Mapping[str, object]) -> None:
    """Remember the secrets that a form sets; a try at a log-in may be anything."""
    for name, kind in SET_BY_FORMS.items():
        if name in data:
            canaries.remember(kind, str(data[name]))


def exchanged_over_http(method: str, url: str, headers: Mapping[str, str], text: str) -> None:
    """Look through an exchange with a real server."""
    parts = urlsplit(url)
    canaries.exchanged(f"{method} {parts.path}", parts.query, headers.items(), text)
