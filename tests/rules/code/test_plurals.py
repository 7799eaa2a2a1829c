"""The kind: a message with a number that can be one, and words for several only."""

import re
from pathlib import Path

import dashboard
from tests.rules.test_words import catalogue

PACKAGE = Path(dashboard.__file__).parent
COUNTED = re.compile(
    r"%\((?:number|most|max|days|left|made|n|shown|total|users)\)s (?!ms\b|this\b)[a-z]+s\b"
)
LIMITS_IN_THE_CODE = (  # none of them is one
    "%(number)s rows per page",
    "%(shown)s of more than %(most)s users",
    "A file has at most %(most)s rows",
    "Between the entries about a user",
    "Choose a day from tomorrow on",
    "More than %(number)s users",
    "Paste less: at most %(max)s",
    "There are more than %(most)s events",
    "These are the last %(number)s texts",
    "To select everyone on this list",
    "Use at most %(max)s characters",
    "You’ve changed your account %(most)s times",
    "You’ve exported %(most)s files",
    "You’ve made %(most)s changes",
    "You’ve sent %(most)s requests",
    "a body of more than %(number)s bytes",
    "longer than %(number)s characters",
)
SAID_OF_SEVERAL_ONLY = (  # one has a message of its own
    "%(contact)s %(number)s times",
    "%(name)s issued %(number)s tokens",
    "%(name)s registered %(number)s users",
    "%(name)s started KYC for %(number)s users",
    "%(number)s notes were added",
    "%(number)s times since",
    "You issued %(number)s tokens",
    "You registered %(number)s users",
    "You started KYC for %(number)s users",
)


def test_a_number_that_can_be_one_has_words_for_one() -> None:
    texts = [each.id for each in catalogue() if isinstance(each.id, str)]
    found = [text for text in texts if COUNTED.search(text)]
    begins = (*LIMITS_IN_THE_CODE, *SAID_OF_SEVERAL_ONLY)
    assert [text for text in found if not text.startswith(begins)] == []
    assert all(any(text.startswith(each) for text in found) for each in begins)


COMMANDS = ("cli", "config", "services/backup", "services/diagnostics", "simulator/cli.py")
SAID_OF_A_NUMBER = re.compile(
    r"\}( [a-z]+)? (bytes|calls|days|files|hours|keys|minutes|packages|pages|reads|rows|users)\b"
)


def test_a_command_that_prints_a_number_has_no_noun_after_it() -> None:
    found = [
        (file.name, line.strip())
        for name in COMMANDS
        for file in sorted([*(PACKAGE / name).rglob("*.py")] or [PACKAGE / name])
        for line in file.read_text().splitlines()
        if SAID_OF_A_NUMBER.search(line)
    ]
    assert found == []
