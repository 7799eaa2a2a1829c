"""Pages are sent without the indentation of their templates."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.web.rendering.template_env import pages
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

KEPT = re.compile(r"<(pre|textarea)\b.*?</\1>", re.DOTALL)
BLANKS = re.compile(r"^[ \t]+.*|.*[ \t]+$", re.MULTILINE)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_line_of_a_page_begins_or_ends_with_a_blank(
    log_in: LogIn, simulator: RunningSimulator, language: str
) -> None:
    admin = log_in(Role.ADMIN)
    user = simulator.users()[0]["id"]
    for path in (
        "/",
        "/kyc",
        "/users",
        "/users?source=api",
        f"/users/{user}",
        f"/users/{user}/kyc",
        "/audit",
        "/settings/requests",
        "/settings/texts/link_fresh/restore?revision=0",
    ):
        page = admin.get(path, headers={"Accept-Language": language})
        found = BLANKS.findall(KEPT.sub("", page.text))
        assert not found, (path, found[:5])


def test_text_whose_blanks_are_shown_keeps_them(app: Flask) -> None:
    kept = "<pre>\n  a\n    b</pre> <b>c</b>\n", "<textarea>\n  d</textarea>\n</ul>"
    template = "<ul>\n  <li>\n\t{}  {}".format(*kept)
    sent = "<ul>\n<li>\n{}{}".format(*kept)
    assert pages(app).preprocess(template, "any.html") == sent
    assert pages(app).preprocess(template, "any.txt") == template
