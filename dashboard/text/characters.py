"""Invisible characters: trimmed at the ends, refused inside, written out on pages.

Sources: Unicode general categories; DerivedCoreProperties (Default_Ignorable_Code_Point); UAX 31
on ZERO WIDTH JOINER and NON-JOINER, which are spelling in several scripts; Unicode 23.4 on
variation selectors, which choose the form of an ideograph or of a Mongolian letter.
"""

import unicodedata
from typing import Literal

_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_BLANK = "Zs"
_PADDING_CATEGORIES = _INVISIBLE_CATEGORIES | {_BLANK}
_MONGOLIAN_SELECTORS = frozenset("\u180b\u180c\u180d\u180f")
_SELECTORS = _MONGOLIAN_SELECTORS.union(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
# Letters, marks and symbols that draw nothing: fillers, selectors, the empty braille pattern.
_INVISIBLE = _SELECTORS.union("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = frozenset({"\u200c", _ZERO_WIDTH_JOINER})
_VIRAMA = 9  # its combining class
# Scripts whose spelling uses joiners, as the Unicode character names begin.
_JOINING_SCRIPTS = frozenset(
    {
        "ARABIC",
        "BENGALI",
        "DEVANAGARI",
        "GUJARATI",
        "GURMUKHI",
        "KANNADA",
        "KHMER",
        "MALAYALAM",
        "MANDAIC",
        "MONGOLIAN",
        "MYANMAR",
        "NKO",
        "ORIYA",
        "PHAGS-PA",
        "SINHALA",
        "SYRIAC",
        "TAMIL",
        "TELUGU",
        "TIBETAN",
    }
)
_MARKS = 30  # in a row, more than any text has (UAX 15, Stream-Safe Text Format)
_TAKEN_APART = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")  # no marks, but made of marks
_LINE_ENDS_AND_TABS = frozenset("\t\n\r")


def trim(text: str) -> str:
    """Return the text without blanks and invisible characters at its ends."""
    start, end = 0, len(text)
    while start < end and _is_unseen(text[start], _PADDING_CATEGORIES):
        start += 1
    while end > start and _is_unseen(text[end - 1], _PADDING_CATEGORIES):
        if _is_spelling(text, end - 1):
            break
        end -= 1
    return text[start:end]


def clean(text: str) -> str:
    """Return a typed text as it is kept: trimmed, and composed (NFC), so that equals are equal."""
    return trim(normalise(text, "NFC"))


def normalise(text: str, form: Literal["NFC", "NFKC", "NFKD"]) -> str:
    """Return the text in a normal form.

    One with more marks in a row than any text has stays as it is: the time to put them in order is
    the square of their number.
    """
    return text if text.isascii() or _is_stacked(text) else unicodedata.normalize(form, text)


def read_code(text: str) -> str:
    """Return the small letters and the digits 0 to 9 of a code, however a keyboard wrote them."""
    plain = normalise(text, "NFKC").lower()
    return "".join(str(unicodedata.decimal(char, char)) for char in plain if char.isalnum())


def find_invisible(text: str, *, lines: bool = False) -> str | None:
    """Return the first invisible character inside, as `U+202E`; None for none.

    `lines` allows line ends and tabs.
    """
    if text.isascii() and text.isprintable():
        return None
    allowed = _LINE_ENDS_AND_TABS if lines else frozenset()
    for position, char in enumerate(text):
        if char not in allowed and _is_unseen(char) and not _is_spelling(text, position):
            return f"U+{ord(char):04X}"
    return None


def without_invisible(text: str) -> str:
    """Return a pasted text without what is not seen; line ends and tabs stay.

    Joiners between letters of scripts that spell with them stay too.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        for position, char in enumerate(text)
        if char in _LINE_ENDS_AND_TABS or not _is_unseen(char) or _is_spelling(text, position)
    )


def write_out(text: str) -> str:
    """Return the text with invisible characters and unusual blanks as `⟨U+202E⟩`.

    Joiners between letters of scripts that spell with them stay as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = ""
    for position, char in enumerate(text):
        is_unusual = char != " " and _is_unseen(char, _PADDING_CATEGORIES)
        hidden = is_unusual and not _is_spelling(text, position)
        shown += f"⟨U+{ord(char):04X}⟩" if hidden else char
    return shown


def script(char: str) -> str:
    """Return the script of a letter as Unicode's names begin, such as `CYRILLIC`.

    Empty for digits, punctuation, marks and symbols, which belong to every script.
    """
    if unicodedata.category(char)[0] != "L":
        return ""
    return unicodedata.name(char, "").split(" ")[0]


def _is_stacked(text: str) -> bool:
    row = 0
    for char in text:
        row = row + 1 if unicodedata.combining(char) or char in _TAKEN_APART else 0
        if row > _MARKS:
            return True
    return False


def _is_unseen(char: str, categories: frozenset[str] = _INVISIBLE_CATEGORIES) -> bool:
    return unicodedata.category(char) in categories or char in _INVISIBLE


def _is_spelling(text: str, position: int) -> bool:
    """Return whether this is a joiner or a variation selector that a script spells with.

    A joiner is between letters of one such script, or a ZERO WIDTH JOINER after a virama. A
    selector is directly after the ideograph or the Mongolian letter that it changes.
    """
    if position == 0:
        return False
    if text[position] in _SELECTORS:
        return _takes_selector(text[position], text[position - 1])
    if text[position] not in _JOINERS:
        return False
    if _ends_half_form(text, position + 1):
        return True
    before, after = _name(text[position - 1 : position]), _name(text[position + 1 : position + 2])
    return before in _JOINING_SCRIPTS and before == after


def _takes_selector(selector: str, letter: str) -> bool:
    """Return whether a letter has variants: an ideograph, or a Mongolian letter its own four."""
    if unicodedata.category(letter)[0] != "L":
        return False
    script = "MONGOLIAN" if selector in _MONGOLIAN_SELECTORS else "CJK"
    return _name(letter) == script


def _ends_half_form(text: str, end: int) -> bool:
    """Return whether the text up to `end` ends in a virama and a joiner, as Malayalam words do."""
    return (
        end > 1
        and text[end - 1] == _ZERO_WIDTH_JOINER
        and unicodedata.combining(text[end - 2]) == _VIRAMA
        and _name(text[end - 2]) in _JOINING_SCRIPTS
    )


def _name(char: str) -> str:
    """Return the script of a letter or of a sign on a letter; empty for no character."""
    return unicodedata.name(char, "").split(" ")[0] if char else ""
