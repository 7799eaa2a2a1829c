"""A visitor of a real server, with a session and forms, over HTTP."""

import re
from collections.abc import Mapping

import requests

from tests.support.canaries import exchanged_over_http, remember_fields

TIMEOUT_S = 60
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
INTENT = re.compile(r'name="intent" value="([^"]+)"')


class HttpVisitor:
    """Keeps its cookies itself: `requests` sends Secure ones only over https."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._http = requests.Session()
        self._http.trust_env = False
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}  # beside the cookies

    def get(self, path: str) -> requests.Response:
        """Load a page, without following where it leads."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> requests.Response:
        """Send a form; its token is that of the page before, unless the fields have one."""
        return self._ask("POST", path, dict(fields))

    def form(self, path: str) -> dict[str, str]:
        """Return the token, and the intent if there is one, of the form on a page."""
        text = self.get(path).text
        found = {"csrf_token": CSRF.search(text), "intent": INTENT.search(text)}
        return {name: match[1] for name, match in found.items() if match}

    def log_in(self, email: str, password: str) -> None:
        """Log in; fails the test where that is refused."""
        fields = {**self.form("/login"), "email": email, "password": password}
        answer = self.post("/login", fields)
        assert answer.status_code == 303, answer.status_code

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> requests.Response:
        remember_fields(fields or {})
        answer = self._http.request(
            method,
            self._base_url + path,
            data=fields,
            headers={
                **self.headers,
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            },
            allow_redirects=False,
            timeout=TIMEOUT_S,
        )
        exchanged_over_http(method, answer.url, answer.headers, answer.text)
        self.cookies.update(answer.cookies.get_dict())
        self._http.cookies.clear()
        return answer
