"""Why something is done, as a person writes it."""

from dashboard.text import characters

MIN_LENGTH, MAX_LENGTH = 5, 300


def is_reason(text: str) -> bool:
    """Return whether trimmed text says enough, and not too much, in characters that are seen."""
    return MIN_LENGTH <= len(text) <= MAX_LENGTH and not characters.find_invisible(text)
