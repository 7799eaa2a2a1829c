"""What a text in the search box asks for."""

from dashboard.store.directory.search import Word
from dashboard.text.search import fold, id_part, phone_digits


def parse(text: str) -> tuple[Word, ...]:
    """Return the words of a text; all of them have to match."""
    return tuple(
        Word(word, phone=phone_digits(word), id_part=id_part(word)) for word in fold(text).split()
    )
