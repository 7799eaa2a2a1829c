"""What to say to users."""

from dataclasses import dataclass

from dashboard.services.foundation import Foundation
from dashboard.services.texts.cards import Cards
from dashboard.services.texts.editing import TextEditor
from dashboard.services.texts.texts import Texts, TextSettings


@dataclass(frozen=True)
class TextServices:
    """The services of texts to users, and of cards for their hands."""

    cards: Cards
    editor: TextEditor
    texts: Texts


def build_texts(base: Foundation, settings: TextSettings) -> TextServices:
    """Build the services of the area."""
    return TextServices(
        cards=Cards(base, settings), editor=TextEditor(base), texts=Texts(base, settings)
    )
