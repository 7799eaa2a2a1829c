"""Pages are compressed, and their length reveals no secret in them (ADR 29)."""

import gzip
import re

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn

GZIP = {"Accept-Encoding": "gzip"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def test_a_page_is_compressed_for_browsers_that_accept_it(log_in: LogIn) -> None:
    http = log_in(Role.SUPPORT).http
    plain, packed = http.get("/users"), http.get("/users", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 3
    assert b"</html>" in gzip.decompress(packed.data)


def test_an_answer_to_a_form_is_not_compressed(visitor: Visitor) -> None:
    token = visitor.csrf_token()
    sent = {"csrf_token": token, "email": "a@example.com", "password": "x"}
    answer = visitor.http.post("/login", data=sent, headers=GZIP)
    assert len(answer.data) > 1024
    assert "Content-Encoding" not in answer.headers


def test_a_csrf_token_differs_in_every_page_and_each_of_them_works(log_in: LogIn) -> None:
    visitor = log_in(Role.SUPPORT)
    first, second = (TOKEN.findall(visitor.get("/account").text) for _ in range(2))
    assert len(set(first)) == len(set(second)) == 1
    assert first[0] != second[0]
    assert not {first[0][i : i + 12] for i in range(0, 200, 12)} & {
        second[0][i : i + 12] for i in range(0, 200, 12)
    }
    for token in (first[0], second[0]):
        sent = {"csrf_token": token, "theme": "dark", "name": "Ana"}
        assert visitor.http.post("/account", data=sent).status_code != 400


def test_a_token_that_was_changed_is_refused(log_in: LogIn) -> None:
    visitor = log_in(Role.SUPPORT)
    token = visitor.csrf_token()
    for wrong in ("", "x", "é", token[:-8], token[4:], token.swapcase()):
        assert visitor.http.post("/logout", data={"csrf_token": wrong}).status_code == 400, wrong
