"""The partner's key and secret, kept out of every repr, and what may be a header's value."""

import hashlib
import re
from dataclasses import dataclass, field

HIDDEN = "[hidden]"
HINT_FROM_LENGTH, HINT_TAIL = 16, 4
HIDE_FROM_LENGTH = 16  # a shorter value would be cut out of innocent words
_KEY_START = re.compile(r"(?:qash_key_[a-z]+_)?")
# RFC 9110, 5.5: visible characters of Latin-1, spaces only in between.
_HEADER_VALUE = re.compile(r"[\x21-\x7e\xa0-\xff](?:[\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?")


@dataclass(frozen=True, repr=False)
class Credentials:
    """An API key and its secret. `id` names the pair in 12 digits that reveal nothing.

    Raises:
        ValueError: a value that no HTTP header can carry; the message does not repeat it.

    """

    api_key: str
    api_secret: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        for name, value in (("API key", self.api_key), ("API secret", self.api_secret)):
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(
                    f"The partner's {name} is empty or holds a character that no HTTP header "
                    "can carry, such as a line break. Copy it again."
                )
        pair = f"{self.api_key}\n{self.api_secret}".encode()
        object.__setattr__(self, "id", hashlib.sha256(pair).hexdigest()[:12])

    def __repr__(self) -> str:
        return "Credentials(…)"

    @property
    def hint(self) -> str:
        """Return enough of the key to tell it from another, as `qash_key_live_…8a3f`."""
        start = _KEY_START.match(self.api_key)
        shown = start[0] if start else ""
        long = len(self.api_key) - len(shown) >= HINT_FROM_LENGTH
        return f"{shown}…{self.api_key[-HINT_TAIL:] if long else ''}"

    def redact(self, text: str, *others: str) -> str:
        """Remove the secrets from a text: an upstream may echo them."""
        for value in (self.api_secret, self.api_key, *others):
            if len(value) >= HIDE_FROM_LENGTH:
                text = text.replace(value, HIDDEN)
        return text
