"""The email that tells of users handed over, in the language of who gets it; for the worker."""

from collections.abc import Callable
from functools import partial
from gettext import translation
from pathlib import Path

from dashboard.services.owners.hand_over_mail import HandOver

CATALOGS = Path(__file__).parents[2] / "translations"


def letters(address: str) -> Callable[[HandOver], tuple[str, str]]:
    """Return what writes subject and text; `address` is our origin, "" where that is not known."""
    return partial(_letter, f"{address}/kyc?owner=me" if address else "")


def _letter(url: str, to: HandOver) -> tuple[str, str]:
    catalog = translation("messages", CATALOGS, [to.language or "en"], fallback=True)
    _, ngettext = catalog.gettext, catalog.ngettext
    subject = ngettext(
        "%(num)s user was handed over to you", "%(num)s users were handed over to you", to.users
    ) % {"num": to.users}
    greeting = ngettext(
        "Hello %(name)s, colleagues have handed %(num)s user over to you, and you haven’t opened "
        "them yet.",
        "Hello %(name)s, colleagues have handed %(num)s users over to you, and you haven’t opened "
        "them yet.",
        to.users,
    ) % {"name": to.name, "num": to.users}
    ending = _("You get at most one such email a day. Turn it off in your account’s preferences.")
    return subject, "\n\n".join(part for part in (greeting, url, ending) if part) + "\n"
