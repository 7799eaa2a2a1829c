"""IDs of users in text."""

import re
from uuid import UUID

_SPELLING = re.compile(
    r"(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE | re.ASCII
)


def find_uuid(text: str) -> UUID | None:
    """Return the ID that a text is, with dashes and braces or without; else None.

    `UUID` itself also reads `0x1_0` and digits of other scripts.
    """
    return UUID(text) if _SPELLING.fullmatch(text) else None
