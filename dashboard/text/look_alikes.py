"""Letters that look alike.

Source: UTS 39 (confusable characters), of which the Cyrillic and Greek letters that are drawn as
Latin ones, and the digits and pairs of letters that are drawn as another letter.
"""

_CYRILLIC = "авегԁзіјкӏмнопрсԛтуԝхѕһ", "aberdzljklmhonpcqtywxsh"
_GREEK = "αβγεηικνορτυχω", "abyenlkvoptuxw"
_LATIN = "i\u0131|015", "lllols"
# Of these, the small letters that no reader tells from Latin ones.
_DRAWN_AS_LATIN = frozenset("аеԁіјӏорсԛуԝхѕһαονυ")  # noqa: RUF001  on purpose
LOOKS_LIKE = str.maketrans(
    _CYRILLIC[0] + _GREEK[0] + _LATIN[0], _CYRILLIC[1] + _GREEK[1] + _LATIN[1]
)


def looks_latin(word: str) -> bool:
    """Return whether a word of Cyrillic or Greek letters is drawn as one of Latin letters."""
    letters = {char for char in word.lower() if char.isalpha()}
    return bool(letters) and letters <= _DRAWN_AS_LATIN
