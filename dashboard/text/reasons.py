"""Why something is done, as a person writes it."""

from dashboard.text import characters
from dashboard.text.secrets import has_secret

MIN_LENGTH, MAX_LENGTH = 5, 300


def is_reason(text: str) -> bool:
    """Return whether trimmed text says enough, and not too much, in characters that are seen.

    It has no token, no key and no verification link.
    """
    is_seen = not characters.find_invisible(text)
    is_open = not has_secret(text)
    return MIN_LENGTH <= len(text) <= MAX_LENGTH and is_seen and is_open
