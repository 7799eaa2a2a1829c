"""How long each text of the Partner API, or of an identity provider, may be.

Longer text is no such thing: a part that can be spared is left out and named, anything else is an
unusable answer. Numbers are characters.
"""

EMAIL = 254
STATUS = 64
COUNTRY_CODE = 16
LANGUAGE = 35  # RFC 5646, 4.4.1
PHONE = 40
USER_TYPE = 40
INQUIRY_ID = 100
URL = 2000
TOKEN = 16_384
CURSOR = 500
ASSET = 40  # a currency, an account's number, or a status of the user-level API
DESCRIPTION = 120  # of an account or a transaction
CLAIMS = 50  # of a token, each of at most SHOWN
NAME = 120  # of a staff member, as a provider gives it
GROUP = 255  # and the subject of an ID token
SHOWN = 500  # of text without a limit of its own
RAW = 20_000  # of a whole answer


def cut(text: str, limit: int) -> str:
    """Return the text, or its beginning and `…`; at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
