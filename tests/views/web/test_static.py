"""Static files: hashed, immutable, compressed, and under the same headers as pages."""

import re
from pathlib import Path

import pytest

from tests.support.browsing import Visitor

SOURCES = Path(__file__).parents[3] / "static"


def stylesheet(visitor: Visitor) -> str:
    found = re.search(r'href="(/static/[0-9a-f]{6}/app\.css)"', visitor.get("/login").text)
    assert found
    return found[1]


@pytest.mark.parametrize(("encoding", "name"), [("br", "br"), ("gzip", "gzip"), ("", None)])
def test_a_file_comes_compressed_and_may_be_kept_for_ever(
    visitor: Visitor, encoding: str, name: str | None
) -> None:
    answer = visitor.http.get(
        stylesheet(visitor), headers={"Accept-Encoding": encoding}, buffered=True
    )
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == name
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536" in answer.headers["Cache-Control"]


def test_files_have_the_security_headers_and_let_no_other_site_in(visitor: Visitor) -> None:
    headers = visitor.http.get(stylesheet(visitor), buffered=True).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["../app.py", "..%2f..%2fpyproject.toml", ".gitignore", ""])
def test_nothing_beside_the_published_files_is_served(visitor: Visitor, path: str) -> None:
    folder = stylesheet(visitor).rsplit("/", 1)[0]
    assert visitor.http.get(f"{folder}/{path}").status_code in {400, 404}


def test_a_file_under_an_older_hash_is_not_there(visitor: Visitor) -> None:
    assert visitor.http.get("/static/000000000000/app.css").status_code == 404


def test_the_parts_of_a_script_are_one_file(visitor: Visitor) -> None:
    folder = stylesheet(visitor).rsplit("/", 1)[0]
    served = visitor.http.get(f"{folder}/app.js", buffered=True).text
    parts = [*SOURCES.glob("app-*.js")]
    assert len(parts) > 1
    for part in (SOURCES / "app.js", *parts):
        assert part.read_text() in served
    for part in parts:
        assert visitor.http.get(f"{folder}/{part.name}").status_code == 404
