"""The colours of tags: readable on their ground, in both themes."""

import re
from pathlib import Path

import pytest

from dashboard.services.tags.tag_list import COLOURS
from tests.support.sampling import all_of

ENOUGH = 4.5  # WCAG 1.4.3, for small text
CSS = (Path(__file__).parents[2] / "static/app.css").read_text()
TOKENS = dict(re.findall(r"--([\w-]+): (light-dark\([^)]+\))", CSS))
RULES = dict(re.findall(r"\.tag\.(\w+) \{([^}]*)\}", CSS))
BADGE = {"tone": "muted", "soft": "well"}  # of a badge without a tone


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    ]
    return sum(map(float.__mul__, (0.2126, 0.7152, 0.0722), linear))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_most_contrast() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def test_each_colour_has_a_rule_but_that_of_every_badge() -> None:
    assert {*RULES} == {*COLOURS} - {"grey"}


@all_of("theme", [0, 1])
@all_of("colour", COLOURS)
def test_a_tag_is_readable(colour: str, theme: int) -> None:
    named = {
        **BADGE,
        **dict(re.findall(r"--(tone|soft): var\(--([\w-]+)\)", RULES.get(colour, ""))),
    }
    tone, soft = (
        re.findall(r"#[0-9a-f]+", TOKENS[named[each]])[theme] for each in ("tone", "soft")
    )
    assert contrast(tone, soft) >= ENOUGH, (colour, tone, soft)
