"""A browser without a screen, which looks over every page it fetches."""

import html
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

from dashboard.services.auth.sessions import Method
from dashboard.store.staff.members import StaffMember
from dashboard.web.auth.login import start_login
from dashboard.web.context import now
from dashboard.web.security.csrf import masked_token
from tests.support.canaries import text_of
from tests.support.soft_passkey import SoftPasskey

ROOT = Path(__file__).parents[2]
CHECKED = ROOT / ".pytest_cache" / "pages"
RULES = Path(__file__).read_text() + html5lib.__version__
VOID_ERRORS = frozenset({"non-void-element-with-trailing-solidus"})  # SVG's <use/>
HTMX = {"HX-Request": "true"}
# Neither markup nor what HTML forbids; each is as valid as any other.
_PLAIN = r"(?:[^<>&\"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\U0010ffff]++|&(?:amp|lt|gt|#34|#39);)"
_VALUE = re.compile(rf'(?<=\s)(?!id=|type=|role=)([\w:-]+)="{_PLAIN}*+"')
_ID = re.compile(r'(?<=\sid=")[^"<>]*+(?=")')
_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{6,}")  # a user’s, a time
# A title needs a word.
_WORDS = re.compile(
    rf"(?:(?<=<title>)(?=\s*[^\s·<])|(?<=>)(?<!<title>)(?=\s*[^\s<])){_PLAIN}++(?=<)"
)


class Visitor:
    """Follows a person's clicks through the application over its WSGI interface."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()
        self._csrf_token = ""

    def get(self, path: str, *, status: int = 200, **options: Any) -> "Page":  # noqa: ANN401  as the test client
        """Fetch a page and look it over."""
        page = Page(self.http.get(path, **options), status)
        self._csrf_token = _csrf_token(page.text) or self._csrf_token
        return page

    def fragment(
        self, path: str, target: str = "", *, trigger: str = "", status: int = 200
    ) -> "Page":
        """Fetch what htmx would."""
        named = {"HX-Target": target, "HX-Trigger": trigger}
        wanted = {**HTMX, **{name: value for name, value in named.items() if value}}
        return Page(self.http.get(path, headers=wanted), status, whole=False)

    def post(
        self,
        path: str,
        data: dict[str, str] | None = None,
        *,
        status: int = 303,
        **options: Any,  # noqa: ANN401
    ) -> "Page":
        """Send a form with the CSRF token of the session."""
        token = (data or {}).get("csrf_token") or self._csrf_token or self.csrf_token()
        sent = {"csrf_token": token, **(data or {})}
        response = self.http.post(path, data=sent, **options)
        if "Set-Cookie" in response.headers:  # another session, another token
            self._csrf_token = ""
        return Page(response, status)

    def csrf_token(self) -> str:
        """Return the token that this session's pages carry."""
        response = self.http.get("/login")
        if response.status_code == 303:  # logged in: any page without an API call will do
            response = self.http.get("/no-such-page")
        found = _csrf_token(response.text)
        assert found, "no form with a CSRF token"
        return found

    def log_in(
        self, email: str, password: str, *, status: int = 303, next_path: str = ""
    ) -> "Page":
        """Log in; with the passkey that `hire` enrolled where one is asked for."""
        self._csrf_token = self.csrf_token()
        data = {"email": email, "password": password, "next": next_path}
        page = self.post("/login", data, status=status)
        if not page.headers.get("Location", "").startswith("/login/code"):
            return page
        return self.show_passkey(SoftPasskey(email), next_path=next_path)

    def begin(self, member: StaffMember) -> None:
        """Have the session that a log-in begins, without filling in the form."""

        def log_in() -> str:
            start_login(member, Method.PASSWORD, None, now())
            return masked_token()

        views = self.http.application.view_functions
        form, views["auth.form"] = views["auth.form"], log_in
        self._csrf_token = self.http.get("/login").text
        views["auth.form"] = form

    def show_passkey(
        self, passkey: SoftPasskey, *, status: int = 303, next_path: str = ""
    ) -> "Page":
        """Log in by a passkey: the second step, or without a first one."""
        options = self.post("/login/passkey/options", status=200).json
        data = {"answer": passkey.get(options), "next": next_path}
        return self.post("/login/passkey", data, status=status)

    def cookies(self) -> dict[str, str]:
        """Return the browser's cookies by name."""
        stored = self.http._cookies or {}  # noqa: SLF001  the client has no other way
        return {cookie.key: cookie.value for cookie in stored.values()}


class Page:
    """An answer that is what a page of ours must be."""

    def __init__(self, response: TestResponse, status: int, *, whole: bool = True) -> None:
        self.response = response
        self.text = text_of(response)
        assert response.status_code == status, (response.status_code, self.text[:600])
        if response.mimetype == "text/html" and self.text and status not in {301, 302, 303}:
            _check(_shape(self.text), whole=whole)

    @property
    def headers(self) -> Any:  # noqa: ANN401  werkzeug's
        return self.response.headers

    @property
    def json(self) -> Any:  # noqa: ANN401  JSON
        return self.response.json

    @property
    def timeless(self) -> str:
        """The source without the time at which it was made."""
        return re.sub(r' data-now="[^"]+"', "", self.text)

    @property
    def markup(self) -> str:
        """The source as if it were written on one line, with nothing between two tags."""
        return re.sub(r"> <", "><", re.sub(r"\s+", " ", self.text))

    @property
    def words(self) -> str:
        """The text that a reader sees, white space folded."""
        bare = re.sub(r"<(title|script|style|template)\b[\s\S]*?</\1>|<[^>]+>", "", self.text)
        return re.sub(r"\s+", " ", html.unescape(bare)).strip()


def _csrf_token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    return found[1] if found else ""


def _shape(text: str) -> str:
    """Return the page with a letter for each text and value that is no markup and no control.

    What is new in the ids of each page is numbered: two are the same where they were. It is
    valid where the page is, and most pages of a test process have the shape of another.
    """
    known: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"n{len(known)}")

    text = _VALUE.sub(r'\1="v"', text)
    text = _ID.sub(lambda found: _NUMBER.sub(numbered, found[0]), text)
    return _WORDS.sub(" x ", text)


@cache
def _check(text: str, *, whole: bool) -> None:
    """Check a page, once for all the runs here: a valid one leaves an empty file with its name."""
    mark = CHECKED / sha256(f"{RULES}{whole}{text}".encode()).hexdigest()
    if not mark.exists():
        _parse(text, whole=whole)
        CHECKED.mkdir(parents=True, exist_ok=True)
        mark.touch()


def _parse(text: str, *, whole: bool) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(text) if whole else parser.parseFragment(text)
    errors = [error for _, error, _ in parser.errors if error not in VOID_ERRORS]
    assert not errors, (errors, text[:600])
    elements = list(tree.iter())
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    assert not [name for name, count in ids.items() if count > 1], ids.most_common(3)
    assert not _inline(elements)
    assert not _misplaced(tree)
    if whole:
        title = tree.find(".//title")
        assert title is not None
        assert (title.text or "").strip(" ·")
        assert len(tree.findall(".//h1")) + len(tree.findall(".//h2")) >= 1
        assert tree.find(".//main") is not None
    else:
        assert "<html" not in text.lower()


def _misplaced(tree: Element) -> list[Element]:
    """Return what HTML's rules of content, or ARIA's, don't allow where it is."""
    statuses = [tree.findall(f".//h{level}//*[@role='status']") for level in range(1, 7)]
    return [*tree.findall(".//th//details"), *chain.from_iterable(statuses)]


def _inline(elements: list[Element]) -> list[str]:
    """Return the attributes that the content security policy would block."""
    return [
        f"{element.tag} {name}"
        for element in elements
        for name in element.attrib
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
    ]
