"""The checks of every page find faults, though pages of one shape are checked once."""

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder, TestResponse

from tests.support.browsing import Page
from tests.support.sampling import all_of

GOOD = (
    '<!doctype html><html lang="en"><head><title>A · B</title></head><body><main><h1 title="a">Hi'
    '</h1><p id="p">{}</p></main></body></html>'
)
WRONG = {
    "the same id twice": ("<h1 ", '<h1 id="p" '),
    "a style": ("<h1 ", '<h1 style="a" '),
    "a handler": ("<h1 ", '<h1 onclick="a" '),
    "a handler of htmx": ("<h1 ", '<h1 hx-on:click="a" '),
    "a bare ampersand": ("Hi", "a &foo; b"),
    "a bare bracket": ("Hi", "1 < 2 <"),
    "a control character": ("Hi", "a\x01b"),
    "what is no character": ("Hi", "\ufdd0"),
    "an end that is missing": ("</h1>", ""),
    "an attribute twice": ('title="a"', 'title="a" title="b"'),
    "a quote too many": ('title="a"', 'title="a"b"'),
    "an ampersand in a value": ('title="a"', 'title="a &foo;"'),
    "a control character in a value": ('title="a"', 'title="a\x01"'),
    "an empty title": ("A · B", " · "),
    "no title": ("<title>A · B</title>", ""),
    "no main": ("main>", "div>"),
    "no heading": ("h1", "b"),
}


def look_over(text: str) -> None:
    request = EnvironBuilder().get_request()
    response = Response(text, content_type="text/html; charset=utf-8")
    body, status, headers = response.response, response.status, response.headers
    Page(TestResponse(body, status, headers, request), 200)  # type: ignore[arg-type]  # no WSGI


def test_a_good_page_is_good_whatever_its_words() -> None:
    for words in ("", "x", "&amp;", "é", "a \n b"):
        look_over(GOOD.format(words))


@all_of("wrong", WRONG)
def test_what_is_wrong_with_a_page_is_found(wrong: str) -> None:
    look_over(GOOD)
    with pytest.raises(AssertionError):
        look_over(GOOD.replace(*WRONG[wrong]))
