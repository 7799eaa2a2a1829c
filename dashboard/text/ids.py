"""IDs of users in text."""

from uuid import UUID


def find_uuid(text: str) -> UUID | None:
    """Return the ID that a text is, in any of the spellings that Python reads; else None."""
    try:
        return UUID(text)
    except ValueError:
        return None
