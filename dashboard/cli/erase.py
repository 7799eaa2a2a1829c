"""`python -m dashboard erase USER_ID`: removes what we keep about a user."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from math import inf
from uuid import UUID

from dashboard.cli.credentials import reason
from dashboard.services.actors import COMMAND_LINE
from dashboard.services.users.erasure import Erasure, UnsettledError
from dashboard.text.characters import clean
from dashboard.text.ids import find_uuid

OpenErasure = Callable[[], Erasure]


def add_command(erase: argparse.ArgumentParser, open_erasure: OpenErasure) -> None:
    """Add what `erase` takes; `open_erasure` is called when it runs."""
    erase.add_argument("user_id", type=_user_id, metavar="USER_ID")
    erase.add_argument("--reason", type=reason, required=True, help="saved in the audit log")
    erase.set_defaults(run=partial(_erase, open_erasure))


def _user_id(text: str) -> UUID:
    if found := find_uuid(clean(text)):
        return found
    raise argparse.ArgumentTypeError("enter a user ID, as a user's page shows it")


def _erase(open_erasure: OpenErasure, options: argparse.Namespace) -> int:
    erasure = open_erasure()
    if erasure.find(options.user_id).is_nothing:
        print("We keep nothing about this user.")
        return 0
    try:
        erased = erasure.erase(options.user_id, options.reason, COMMAND_LINE)
    except UnsettledError:
        print(
            "This user can't be erased yet: an action on them is in progress or not confirmed. "
            "Open the user in the dashboard and check it first.",
            file=sys.stderr,
        )
        return 1
    print("Erased: " + ", ".join(f"{name} {number}" for name, number in erased.items() if number))
    print("Backups keep the user until they expire.")
    print(
        "While the API lists the user, opening them or the next sweep brings back the API's data."
    )
    if not erasure.remove_leftovers(inf):
        print("Old pages of the database are still in use: the worker removes them later.")
    return 0
