"""Names of people: one form in which names that look alike are equal.

Source: UTS 39 (confusable characters), of which the Cyrillic and Greek letters that are drawn as
Latin ones, and the digits and pairs of letters that are drawn as another letter.
"""

import unicodedata

_CYRILLIC = "авегԁзіјкӏмнопрсԛтуԝхѕһ", "aberdzljklmhonpcqtywxsh"
_GREEK = "αβγεηικνορτυχω", "abyenlkvoptuxw"
_LATIN = "i\u0131|015", "lllols"
_LOOKS_LIKE = str.maketrans(
    _CYRILLIC[0] + _GREEK[0] + _LATIN[0], _CYRILLIC[1] + _GREEK[1] + _LATIN[1]
)
_PAIRS = (("rn", "m"), ("vv", "w"))


def skeleton(name: str) -> str:
    """Return what is left of a name once case, accents, blanks and signs don't count.

    Two names with one skeleton can be taken for each other. A name without a letter or a digit is
    its own skeleton.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(char for char in text if char == "|" or unicodedata.category(char)[0] in "LN")
    plain = letters.translate(_LOOKS_LIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain or name
