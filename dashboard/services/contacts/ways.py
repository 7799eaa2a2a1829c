"""The ways to get a link or a message to a user, of which each can be turned off."""

from collections.abc import Iterable
from enum import StrEnum

from dashboard.text.emails import is_email


class Way(StrEnum):
    """A way to reach a user. Copying a message or a link always works, so it isn't one of these."""

    CODE = "code"
    CARD = "card"
    MAIL = "mail"
    MAILTO = "mailto"
    WHATSAPP = "whatsapp"  # off at first: a third party gets number and link


DEFAULT_WAYS = tuple(way for way in Way if way is not Way.WHATSAPP)


def can_get_mail(email: str) -> bool:
    """Return whether the API's email of a user is one address, not several or a header's syntax."""
    return is_email(email)


def parse_ways(names: Iterable[str]) -> tuple[str, ...]:
    """Check the names of ways.

    Raises:
        ValueError: one isn't a way; its text names those that are.

    """
    names = tuple(names)
    if unknown := [name for name in names if name not in set(Way)]:
        raise ValueError(f"{', '.join(unknown)} is not a way: the ways are {', '.join(Way)}")
    return names
