"""What keeps an edited text from being saved: a placeholder without a value, or a lost link."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from dashboard.services.texts.placeholders import Placeholder
from dashboard.services.texts.situations import WITH_LINK, Situation

_BRACED = re.compile(r"\{([^{}\n]*)\}|[{}]")
_FOUND_MAX = 40
_ABOUT_LINK = (Placeholder.LINK, Placeholder.LINK_UNTIL)


class TextFault(StrEnum):
    """What is wrong with a text."""

    UNKNOWN = "unknown"
    LONE_BRACE = "lone brace"
    NO_LINK_HERE = "no link here"  # nothing can fill it in this situation
    IN_SUBJECT = "in subject"
    NOT_APART = "not apart"  # the link would run into the text around it
    LINK_MISSING = "link missing"


@dataclass(frozen=True)
class TextProblem:
    """A problem, the line it is in, what is there, and what may be meant ("" for no idea)."""

    kind: TextFault
    line: int
    found: str
    meant: str = ""


def allowed_in(situation: Situation) -> tuple[Placeholder, ...]:
    """Return the placeholders that a body may hold in a situation."""
    return tuple(Placeholder) if situation in WITH_LINK else (Placeholder.FIRST_NAME,)


def problem_of_subject(subject: str) -> TextProblem | None:
    """Return the first problem of a subject, which others may see: it holds a name at most."""
    return next(_problems(subject, (Placeholder.FIRST_NAME,), TextFault.IN_SUBJECT), None)


def problem_of_body(body: str, situation: Situation) -> TextProblem | None:
    """Return the first problem of a body."""
    problems = _problems(body, allowed_in(situation), TextFault.NO_LINK_HERE)
    if problem := next(problems, None):
        return problem
    if situation in WITH_LINK and Placeholder.LINK.written not in body:
        return TextProblem(TextFault.LINK_MISSING, body.count("\n") + 1, Placeholder.LINK.written)
    return None


def _problems(
    text: str, allowed: tuple[Placeholder, ...], elsewhere: TextFault
) -> Iterator[TextProblem]:
    for found in _BRACED.finditer(text):
        name, line = found[1], text.count("\n", 0, found.start()) + 1
        shown = found[0][:_FOUND_MAX]
        if name is None:
            yield TextProblem(TextFault.LONE_BRACE, line, shown)
        elif name not in set(Placeholder):
            close = get_close_matches(name.strip().lower(), allowed, n=1, cutoff=0.5)
            meant = Placeholder(close[0]).written if close else ""
            yield TextProblem(TextFault.UNKNOWN, line, shown, meant)
        elif name not in allowed:
            yield TextProblem(elsewhere, line, shown)
        elif name == Placeholder.LINK and not _is_apart(text, found.start(), found.end()):
            yield TextProblem(TextFault.NOT_APART, line, shown)


def _is_apart(text: str, start: int, end: int) -> bool:
    """Return whether blanks or line ends surround a part of a text."""
    return f"{text[:start]:>1}"[-1].isspace() and f"{text[end:]:<1}"[0].isspace()
