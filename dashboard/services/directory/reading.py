"""What a text in the box says: whole values that are of one person each, and words to search by.

Nothing here is stored, and a token is read in memory for the user it names.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlsplit

from dashboard.services.directory.words import Part, read_parts
from dashboard.services.jwt_claims import read_claims
from dashboard.services.kyc_links import KycLinks
from dashboard.store.directory.query import Word
from dashboard.text import characters, limits
from dashboard.text.emails import comparable, is_email
from dashboard.text.ids import find_uuid
from dashboard.text.phones import in_ascii
from dashboard.text.search import digits
from dashboard.text.secrets import JWT, may_be_secret

TEXT_MAX = 20_000
WHOLE_MAX = 200  # values of a pasted text that are looked up
SEARCH_MAX = 254  # characters of a text that is a search; longer ones are pasted
WORDS_MAX = 10
PHONE_DIGITS = range(7, 16)  # of a whole number: E.164 has at most 15
TICKET_MAX = 60
_HEX = "[0-9A-Fa-f]"
_UUID = rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_URL = re.compile(r"(?<![\w])https?://[^\s<>\"'|]++", re.ASCII | re.IGNORECASE)
_ADDRESS = re.compile(rf"(?<![\w/.-])/?users/({_UUID})[^\s]*+", re.ASCII)
_IN_PATH = re.compile(rf"/users/({_UUID})(?![\w-])", re.ASCII)
_INQUIRY = re.compile(r"(?<![\w-])inq_[\w-]++", re.ASCII)
_ID = re.compile(rf"(?<![\w-])(?:{_UUID}|{_HEX}{{32}})(?![\w-])", re.ASCII)
_TIME = re.compile(r"(?<![\d-])(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?(?![\d-])")
_EMAIL = re.compile(r"[^\s<>()\[\]{},;:|\"'“”]++")
_PHONE = re.compile(r"(?<![\w+.])[+(]{0,2}\d[\d().\-/ ]*+", re.ASCII)
_BESIDE = " \t.-/"  # a phone number


class WholeKind(StrEnum):
    """A value that only one user can have."""

    EMAIL = "email"
    USER_ID = "user_id"
    PHONE = "phone"
    INQUIRY = "inquiry"
    TICKET = "ticket"


@dataclass(frozen=True)
class Whole:
    """A whole value: `value` is compared, `shown` is what the text had.

    `host` is that of another dashboard's address. `is_guess`: it may as well be something else.
    """

    kind: WholeKind
    value: str = field(repr=False)
    shown: str = field(default="", repr=False, compare=False)
    host: str = ""
    is_guess: bool = False
    is_of_token: bool = field(default=False, compare=False)

    @property
    def is_national(self) -> bool:
        """Whether this is a phone number that may lack its country's code."""
        return self.kind is WholeKind.PHONE and "+" not in self.shown[:2]


@dataclass(frozen=True)
class Reading:
    """A text that was read. `unread` is how many of its whole values were too many.

    `is_plain`: it may be in an address. `tokens` are compared and dropped.
    """

    text: str = field(repr=False)
    wholes: tuple[Whole, ...] = ()
    unread: int = 0
    parts: tuple[Part, ...] = ()
    is_plain: bool = False
    tokens: tuple[str, ...] = field(default=(), repr=False)

    @property
    def words(self) -> tuple[Word, ...]:
        """The words to search by; none where the text is no search."""
        return tuple(part.word for part in self.parts)

    @property
    def is_one(self) -> bool:
        """Whether there is nothing in the text but one value, such as an ID or a token."""
        return len(self.text.split(None, 1)) == 1

    @property
    def is_column(self) -> bool:
        """Whether the text has several lines, each with a value, and maybe a heading."""
        lines = {line.strip() for line in self.text.splitlines()} - {""}
        values = sum(not each.is_guess for each in self.wholes) + self.unread
        return len(lines) > 1 and values >= len(lines) - 1

    @property
    def is_whole(self) -> bool:
        """Whether a value in the text can be of one user only, without a doubt."""
        return any(not each.is_guess for each in self.wholes)

    @property
    def is_no_search(self) -> bool:
        """Whether there is nothing in the text to search by, and no value to look up."""
        values = (each for each in self.wholes if each.kind is WholeKind.PHONE or not each.is_guess)
        return not (self.parts or self.tokens or any(values))

    def without_words(self) -> "Reading":
        """Return what is left where parts of values, and numbers without country, find no one."""
        wholes = tuple(
            replace(each, is_guess=each.is_guess or each.is_national) for each in self.wholes
        )
        return replace(self, parts=(), wholes=wholes)


def read(text: str, links: KycLinks, hosts: frozenset[str], most: int = WHOLE_MAX) -> Reading:
    """Read a text. `hosts` are our own; `most` whole values of it are looked up."""
    plain = characters.clean(characters.without_invisible(text))
    found = dict.fromkeys([*_wholes(plain, links, hosts), *_guesses(plain)])
    wholes = tuple(found)
    is_line = len(plain) <= SEARCH_MAX and not re.search(r"[\t\r\n]", plain)
    certain = [each for each in wholes if not each.is_guess]
    tokens = tuple(JWT.findall(plain))[:most]
    is_line &= len(certain) <= 1 and not tokens
    parts = read_parts(plain) if is_line else ()
    if len(parts) > WORDS_MAX:
        parts = ()
    is_plain = bool(parts) and not may_be_secret(plain)
    return Reading(plain, wholes[:most], max(0, len(wholes) - most), parts, is_plain, tokens)


def _guesses(text: str) -> Iterator[Whole]:
    """Return what a text as a whole may be, besides what is in it."""
    if user_id := find_uuid(text):
        yield Whole(WholeKind.USER_ID, str(user_id), text)
    if len(text) <= limits.INQUIRY_ID and re.fullmatch(r"[\w-]{8,}", text, re.ASCII):
        yield Whole(WholeKind.INQUIRY, text, text, is_guess=True)
    if text and len(text) <= TICKET_MAX:
        yield Whole(WholeKind.TICKET, text, text, is_guess=True)


def _wholes(text: str, links: KycLinks, hosts: frozenset[str]) -> Iterator[Whole]:
    """Return the whole values in a text, in its order."""
    found: list[tuple[int, Whole]] = []

    def take(pattern: re.Pattern[str], read_one: Callable[[str], list[Whole]]) -> None:
        """Take out what a pattern finds: the next one does not see it."""
        nonlocal text
        for match in pattern.finditer(text):
            found.extend((match.start(), each) for each in read_one(match[0]))
        text = pattern.sub(lambda match: "|" * len(match[0]), text)

    take(JWT, _of_token)
    take(_URL, lambda url: _of_url(url, links, hosts))
    take(_ADDRESS, lambda path: [_id(_uuid_in(path), path)])
    take(_INQUIRY, lambda value: [Whole(WholeKind.INQUIRY, value[: limits.INQUIRY_ID + 1], value)])
    take(_ID, lambda value: [_id(value, value)])
    take(_TIME, lambda _: [])
    found += [(place, each) for place, each in _emails(text)]
    found += [(place, each) for place, each in _phones(text)]
    return (each for _, each in sorted(found, key=lambda one: one[0]))


def _emails(text: str) -> Iterator[tuple[int, Whole]]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        email = match[0].rstrip(".!?").removeprefix("mailto:")
        if is_email(email):
            yield match.start(), Whole(WholeKind.EMAIL, comparable(email), email)


def _phones(text: str) -> Iterator[tuple[int, Whole]]:
    """Give the phone numbers in a text; with a plus, or on a line of its own, one is no guess."""
    text = in_ascii(text)
    lines = text.splitlines()
    column = frozenset(line.strip(_BESIDE) for line in lines if len(lines) > 1)
    for match in _PHONE.finditer(text):
        number = match[0].strip(_BESIDE)
        plain = digits(number).lstrip("0")
        if len(plain) in PHONE_DIGITS:
            found = Whole(WholeKind.PHONE, plain, number)
            is_guess = found.is_national and number not in column
            yield match.start(), replace(found, is_guess=is_guess)


def _of_url(url: str, links: KycLinks, hosts: frozenset[str]) -> list[Whole]:
    url = url.rstrip(".,;:!?)]}")
    if inquiry := links.find_inquiry(url):
        return [Whole(WholeKind.INQUIRY, inquiry, inquiry)]
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return []
    if named := _IN_PATH.search(parts.path):
        host = parts.netloc.lower()
        return [_id(named[1], url, "" if host in hosts else host)]
    inquiries = _INQUIRY.findall(parts.query)
    return [Whole(WholeKind.INQUIRY, each[: limits.INQUIRY_ID + 1], each) for each in inquiries]


def _of_token(token: str) -> list[Whole]:
    """Return the user that a token names. The token is dropped here."""
    named = []
    for value in read_claims(token[: limits.TOKEN]).values():
        if not isinstance(value, str) or len(value) > limits.EMAIL:
            continue
        if user_id := find_uuid(value):
            named.append(Whole(WholeKind.USER_ID, str(user_id), str(user_id), is_of_token=True))
        elif is_email(value):
            named.append(Whole(WholeKind.EMAIL, comparable(value), value, is_of_token=True))
    return named


def _uuid_in(path: str) -> str:
    found = _ADDRESS.match(path)
    return found[1] if found else ""


def _id(text: str, shown: str, host: str = "") -> Whole:
    return Whole(WholeKind.USER_ID, str(find_uuid(text) or text), shown, host)
