"""How messages are worded: plain words, whole sentences, and a catalogue in step with the code."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import StringIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from dashboard.services.actions import Action
from dashboard.services.audit.log import ACTIONS
from dashboard.web.rendering.actions import label
from dashboard.web.rendering.words.action_sentences import TOLD
from dashboard.web.rendering.words.action_words import LABELS
from dashboard.web.rendering.words.attempt_words import ATTEMPTS
from dashboard.web.rendering.words.user_sentences import TOLD_HERE
from tests.support.sampling import all_of

ROOT = Path(__file__).parents[2]
SPANISH = ROOT / "dashboard/translations/es/LC_MESSAGES/messages.po"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
}
DIALECT = re.compile(
    r"\b(nobody|somebody|everybody|anybody|whoever|whom|anew|alone|(?:by|of) (?:itself|themselves)"
    r"|stands|at once|wants|mend(?:s|ed)?|thaws?|freezes?|likely)\b",
    re.IGNORECASE,
)
PENINSULAR = re.compile(
    r"\b(ajustes|añad\w+|cifras|fallos?|mesa|socios?|usted|vosotros|ordenador|móvil)\b",
    re.IGNORECASE,
)
MACHINE_NAME = re.compile(r"\b[a-z]+:[a-z_]+\b")
NEVER_REFUSED = {  # no one asks for them
    Action.CREDENTIALS_FALL_BACK,
    Action.DATABASE_RESTORE,
    Action.JOBS_HALT,
    Action.USERS_EXPIRE,
}
STATES = {"active", "pending", "suspended", "banned", "personal", "business"}
ENVIRONMENTS = {"production", "sandbox", "local"}
LOWER_CASE = {
    *STATES,
    *ENVIRONMENTS,
    "now",
    "tomorrow",
    "yesterday",
    "on %(day)s at %(time)s",
    "today at %(time)s",
    "curl command",
    "less than a minute",
    "optional",
    "or",
    "not a documented status",
}
"""Labels that stay in lower case: what the API calls something, or what follows something else."""
FLAWS = "templates/components/found.html"
"""What is wrong with a field of the API's, after its name."""


@cache
def messages() -> dict[str, str]:
    """Return each text that the code gives to be translated, and the file where it is."""
    found = {}
    for folder in ("dashboard", "templates"):
        for file, _, message, _, _ in extract_from_dir(
            ROOT / folder,
            [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")],
            keywords=KEYWORDS,
        ):
            for text in (message,) if isinstance(message, str) else message:
                found[text] = str(Path(folder, file))
    return found


@cache
def catalogue() -> Catalog:
    return read_po(StringIO(SPANISH.read_text()), locale="es")


def spanish() -> Iterator[str]:
    for text in messages():
        if message := catalogue().get(text):
            yield from _texts(message.string)


def found_in(pattern: re.Pattern[str]) -> dict[str, list[str]]:
    """Return the messages with such a word, those with placeholders by their own words only."""
    bare = {text: re.sub(r"%\(\w+\)s", "", text) for text in messages()}
    return {text: pattern.findall(said) for text, said in bare.items() if pattern.search(said)}


def test_a_message_is_plain_english() -> None:
    assert found_in(DIALECT) == {}


def test_a_message_has_curly_apostrophes() -> None:
    assert found_in(re.compile(r"\w'\w|\w' ")) == {}


def test_a_message_is_a_whole_sentence_or_a_label() -> None:
    told = {text for text, file in messages().items() if file != FLAWS}
    assert {text for text in told if re.match(r"[a-z]|[,.;:)]", text)} <= LOWER_CASE


def test_a_message_has_no_machine_name() -> None:
    assert found_in(MACHINE_NAME) == {}


def test_spanish_is_that_of_latin_america() -> None:
    assert [said for said in spanish() if PENINSULAR.search(said)] == []


def test_the_catalogue_has_what_the_code_says_and_nothing_else() -> None:
    known = {text for each in catalogue() if each.id for text in _texts(each.id)}
    assert known == set(messages()), "make translations"
    assert not catalogue().obsolete
    assert not [each.id for each in catalogue() if each.id and each.fuzzy]
    assert all(said for said in spanish())


@all_of("action", ACTIONS)
def test_every_action_has_words(action: str) -> None:
    assert str(LABELS[action]) != action


@all_of("action", sorted(set(ACTIONS) - NEVER_REFUSED))
def test_an_action_that_did_not_happen_was_tried(action: str) -> None:
    assert str(label(action, is_done=False)).startswith("Tried to ")


def test_no_words_are_left_over() -> None:
    assert set(LABELS) == set(ACTIONS)
    assert {*ATTEMPTS, *TOLD, *TOLD_HERE} <= set(ACTIONS)


def test_what_the_audit_log_says_of_an_action_is_on_no_button() -> None:
    said = {str(text) for text in LABELS.values()}
    assert {text for text in said if messages()[text].startswith("templates/")} == set()


@all_of("done", [*TOLD.values(), *TOLD_HERE.values()])
def test_the_reader_has_a_sentence_of_their_own(done: tuple[str, str]) -> None:
    by_you, by_name = map(str, done)
    assert by_you.startswith("You ")
    assert by_name.startswith("%(name)s ")
    assert re.findall(r"%\(user\)s", by_you) == re.findall(r"%\(user\)s", by_name)


def _texts(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())
