"""What the user guide and the runbook quote from pages is there, word for word."""

import re
from io import StringIO

from babel.messages.pofile import read_po

from tests.rules.code.test_house import ROOT, sources
from tests.rules.test_prose import prose
from tests.rules.test_words import SPANISH

PLACEHOLDER = re.compile(r"%\(\w+\)s")
QUOTED = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
SAID = re.compile(r"“([^”]+)”")
CELL = re.compile(r"^\| ([^|]+) \|", re.MULTILINE)
SYMPTOMS = re.compile(r"^\| you see \|.+?\n\n", re.MULTILINE | re.DOTALL)
# Tags, what a caller says, and the headings of tables.
NOT_OF_PAGES = {"vip", "test", "I can’t use the app", "the card says", "lane", "---"}


def plain(text: str) -> str:
    """Return a text in one line, with curly apostrophes and without what is at its ends."""
    return " ".join(text.replace("'", "’").split()).strip("“”….,:; ")


def messages() -> list[str]:
    """Return the messages of pages, the plurals too, without their placeholders."""
    ids = [each.id for each in read_po(StringIO(SPANISH.read_text()), locale="es") if each.id]
    texts = [text for each in ids for text in ([each] if isinstance(each, str) else each)]
    return [plain(PLACEHOLDER.sub("", text)) for text in texts]


def page(name: str) -> str:
    return prose((ROOT / "docs" / name).read_text())


def test_labels_in_the_user_guide_are_those_of_pages() -> None:
    guide, labels = page("guide.md"), {*messages()} | NOT_OF_PAGES
    cells = [part for cell in CELL.findall(guide) for part in cell.split("; ")]
    assert not {plain(quoted) for quoted in [*QUOTED.findall(guide), *cells]} - labels


def test_what_the_user_guide_says_that_pages_say_begins_a_message() -> None:
    said = {plain(text) for text in SAID.findall(page("guide.md"))} - NOT_OF_PAGES
    begun = {text for text in said for message in messages() if message.startswith(text)}
    assert not said - begun


def test_symptoms_in_the_runbook_are_in_a_message_or_in_what_a_command_prints() -> None:
    symptoms = SYMPTOMS.search(page("runbook.md"))
    assert symptoms
    printed = plain(" ".join(path.read_text() for path in sources("dashboard")))
    everything = "\n".join([*messages(), printed])
    assert not [text for text in QUOTED.findall(symptoms[0]) if plain(text) not in everything]
