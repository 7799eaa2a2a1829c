"""The input of the controls, checked."""

from typing import Any

from flask import request

from dashboard.simulator.state.users import PARTNERS


class ControlError(ValueError):
    """A control's input is wrong; the text says what it has to be."""


def read_body() -> dict[str, Any]:
    """Return the body. Raises ControlError."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ControlError("The body is a JSON object, sent as application/json.")
    return body


def read_partner(value: object) -> int:
    """Return the number of a partner. Raises ControlError."""
    for partner in PARTNERS:
        if str(value) == str(partner):
            return partner
    raise ControlError("partner is 1 or 2.")


def read_word(value: object, name: str) -> str:
    """Return a text. Raises ControlError."""
    if not isinstance(value, str):
        raise ControlError(f"{name} is text.")
    return value


def read_number(value: object, name: str, most: int) -> int:
    """Return a whole number from 0. Raises ControlError."""
    if type(value) is not int or not 0 <= value <= most:
        raise ControlError(f"{name} is a whole number from 0 to {most}.")
    return value
