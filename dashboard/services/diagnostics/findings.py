"""The doctor's findings: severity, text and fix."""

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """The severity of a finding; the worst is the doctor's exit status."""

    OK = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True)
class Finding:
    """One checked item. It holds no secret and no personal data."""

    check: str
    severity: Severity
    found: str
    cure: str = ""


def ok(check: str, found: str) -> Finding:
    """Return that all is well."""
    return Finding(check, Severity.OK, found)


def warning(check: str, found: str, cure: str) -> Finding:
    """Return a warning: it works, and could be better."""
    return Finding(check, Severity.WARNING, found, cure)


def error(check: str, found: str, cure: str) -> Finding:
    """Return an error: the dashboard, or a part of it, does not work."""
    return Finding(check, Severity.ERROR, found, cure)
