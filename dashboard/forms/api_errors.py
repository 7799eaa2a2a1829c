"""Refusals of the API, put beside the field that they name."""

import re
from collections.abc import Mapping

from flask_babel import gettext
from wtforms import Form

# The API's field names are documented, their names in its texts are not: these words suffice.
FIELD_PATTERNS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "user_type": r"user.?type",
        "email": r"e-?mail",
        "country_code": r"country",
        "preferred_language": r"language",
        "phone": r"phone",
        "first_name": r"first.?name",
        "last_name": r"last.?name",
        "birth_date": r"birth",
    }.items()
}


def add_api_errors(form: Form, reason: str) -> bool:
    """Put the API's reason beside each field that it names; return whether there was one."""
    named = [
        name for name, words in FIELD_PATTERNS.items() if name in form and words.search(reason)
    ]
    for name in named:
        form[name].errors = [gettext("The API refused this: “%(reason)s”", reason=reason)]
    return bool(named)
