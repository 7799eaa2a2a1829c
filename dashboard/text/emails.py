"""Email addresses: one validator, and one form in which two addresses are compared.

Sources: RFC 5321 (lengths), RFC 5322 (specials), RFC 5890 (A-label and U-label name one domain),
UTS 39 (scripts that may be mixed).
"""

import re
from enum import StrEnum

import idna

from dashboard.text import characters, limits
from dashboard.text.look_alikes import looks_latin

MAX_LENGTH = limits.EMAIL
MAX_LOCAL_LENGTH = 64
_FORBIDDEN = re.compile(r"[\s@<>()\[\],;:\"\\]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE | re.ASCII)
# Scripts that one word may mix (UTS 39, "highly restrictive").
_MIXABLE = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


class ScriptMark(StrEnum):
    """Why an address can be taken for another one."""

    MIXED = "mixed"  # a word mixes scripts that look alike, as Cyrillic and Latin
    LOOKS_LATIN = "looks_latin"  # before a Latin top-level domain, one of Cyrillic or Greek


def is_email(text: str) -> bool:
    """Return whether this can be an address; quoted local parts and bare hosts can't."""
    if len(text) > MAX_LENGTH or text.count("@") != 1 or characters.find_invisible(text):
        return False
    local, _, domain = text.partition("@")
    labels = _ascii_domain(domain).split(".")
    top = labels[-1]
    return (
        0 < len(local) <= MAX_LOCAL_LENGTH
        and not _FORBIDDEN.search(local)
        and len(labels) == domain.count(".") + 1 > 1
        and all(map(_LABEL.fullmatch, labels))
        and len(top) > 1
        and not top[0].isdigit()
    )


def comparable(email: str) -> str:
    """Return the form in which two addresses are compared: trimmed, composed, without case.

    The domain's labels are U-labels, however they were written. Text that is no address, or too
    long to be one, is only trimmed, composed and folded.
    """
    text = characters.clean(email)
    # Small letters only: a casefold would make one mailbox of strasse@ and straße@.
    folded = characters.normalise(_small(text), "NFC")
    local, at, domain = folded.rpartition("@")
    if not at or len(text) > MAX_LENGTH or _is_plain(domain):
        return folded
    return local + at + _unicode_domain(domain)


def spellings(email: str) -> tuple[str, ...]:
    """Return the address as it is, then with its domain in the other labels, A or U, if it has any.

    A server that searches by text may hold either. Text that is no address has one spelling.
    """
    local, at, domain = email.rpartition("@")
    if not at or _is_plain(domain) or not is_email(email):
        return (email,)
    as_shown = _unicode_domain(domain)
    names = (domain, as_shown, _ascii_domain(domain))
    return tuple(dict.fromkeys(f"{local}@{name}" for name in names))


def script_mark(email: str) -> ScriptMark | None:
    """Return why the address can be taken for another one, None where it can't.

    A domain in A-labels is read as it is displayed. At most `MAX_LENGTH` characters are read.
    """
    if email.isascii() and "xn--" not in email.lower():
        return None
    local, _, domain = email[:MAX_LENGTH].rpartition("@")
    words = [local, *_unicode_domain(domain).split(".")]
    if any(map(_mixes, words)):
        return ScriptMark.MIXED
    latin_top = words[-1].isascii()
    return ScriptMark.LOOKS_LATIN if latin_top and any(map(looks_latin, words)) else None


def _ascii_domain(domain: str) -> str:
    """Return the domain in A-labels; empty where it has none."""
    if _is_plain(domain):
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return ""


def _unicode_domain(domain: str) -> str:
    lowered = characters.normalise(_small(domain), "NFC")
    try:
        return idna.decode(lowered, uts46=True)
    except (idna.IDNAError, UnicodeError):
        return lowered


def _small(text: str) -> str:
    """Return the text in small letters, each as it is anywhere in a word."""
    return text.replace("Σ", "σ").lower()  # noqa: RUF001  Python writes the last one as ς


def _is_plain(domain: str) -> bool:
    """Return whether the domain has one spelling only, apart from case."""
    return domain.isascii() and "xn--" not in domain.lower()


def _mixes(word: str) -> bool:
    scripts = {found for char in word if (found := characters.script(char))}
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in _MIXABLE)
