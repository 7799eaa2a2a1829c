"""`python -m dashboard credentials …`: stops and starts all calls to the Partner API."""

import argparse
from collections.abc import Callable
from functools import partial

from dashboard.services.actors import COMMAND_LINE
from dashboard.services.credentials.freeze import CallFreeze
from dashboard.text.characters import clean
from dashboard.text.reasons import MAX_LENGTH, MIN_LENGTH, is_reason

OpenFreezing = Callable[[], CallFreeze]
FROM_A_SHELL = "Paused from the command line"


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", open_freezing: OpenFreezing
) -> None:
    """Add `pause` and `resume`; `open_freezing` is called when a command runs."""
    pause = commands.add_parser(
        "pause", help="pause all calls to the Partner API, for example after a leak"
    )
    pause.add_argument(
        "--reason", type=reason, default=FROM_A_SHELL, help="staff see it on every page"
    )
    pause.set_defaults(run=partial(_pause, open_freezing))
    resume = commands.add_parser("resume", help="resume calls")
    resume.set_defaults(run=partial(_resume, open_freezing))


def reason(text: str) -> str:
    """Return a reason as it is kept; raise ArgumentTypeError if the text can't be one."""
    given = clean(text)
    if not is_reason(given):
        length = f"{MIN_LENGTH} to {MAX_LENGTH}"
        raise argparse.ArgumentTypeError(
            f"use {length} characters, all of which can be seen, and no token, key or verification "
            "link"
        )
    return given


def _pause(open_freezing: OpenFreezing, options: argparse.Namespace) -> int:
    is_new = open_freezing().freeze(options.reason, COMMAND_LINE)
    print("API calls are paused." if is_new else "API calls were already paused: nothing changed.")
    return 0


def _resume(open_freezing: OpenFreezing, _options: argparse.Namespace) -> int:
    is_new = open_freezing().thaw(COMMAND_LINE)
    print("API calls are resumed." if is_new else "API calls were not paused: nothing changed.")
    return 0
