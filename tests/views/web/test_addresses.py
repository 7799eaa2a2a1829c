"""Addresses in templates: those with IDs or numbers are put together, not looked up."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, render_template_string, url_for

from dashboard.web.rendering.template_env import pages

VALUE = re.compile(r"<(uuid|int):(\w+)>")
GIVEN: dict[str, Any] = {"uuid": uuid4(), "int": 7}


def test_every_address_of_ids_and_numbers_is_the_one_that_flask_makes(app: Flask) -> None:
    with app.test_request_context("/"):
        for rule in app.url_map.iter_rules():
            values = {name: GIVEN[kind] for kind, name in VALUE.findall(rule.rule)}
            if values.keys() != rule.arguments:
                continue
            named = "".join(f", {name}=values['{name}']" for name in values)
            call = f"url_for('{rule.endpoint}'{named})"
            template = f"{{{{ {call} }}}} {{% set at = {call} %}}{{{{ at }}}}"
            address = url_for(rule.endpoint, **values)
            assert render_template_string(template, values=values) == f"{address} {address}"


@pytest.mark.parametrize(
    ("call", "is_put_together"),
    [
        ("url_for('users.show', user_id=id)", True),
        ("url_for('notes.show', user_id=id, note_id=number)", True),
        ("url_for('users.show', user_id=id, say=language)", False),
        ("url_for('users.show', user_id=id, **more)", False),
        ("url_for('auth.link', token=text)", False),
        ("url_for(page, user_id=id)", False),
    ],
)
def test_only_an_address_of_ids_and_numbers_is_put_together(
    app: Flask, call: str, *, is_put_together: bool
) -> None:
    compiled = pages(app).compile(f"<a href='{{{{ {call} }}}}'></a>", "any.html", None, raw=True)
    assert ("url_for" not in compiled) is is_put_together
