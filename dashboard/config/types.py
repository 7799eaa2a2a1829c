"""How the text of a setting becomes its value. A refusal says what it should look like."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from dashboard.services.contacts.ways import parse_ways
from dashboard.services.desk.settings import parse_due, parse_schedule
from dashboard.text import characters
from dashboard.text.emails import is_email
from dashboard.text.zones import find_zone

NUMBERED = "100000"  # as made-up people are


def _split(value: object) -> object:
    """Turn `a, b` into a list; refuse mere commas, which would mean less than the default."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if value and not parts:
        raise ValueError("it names nothing. Leave it empty")
    return parts


def _pairs(value: object) -> object:
    """Turn `page=p, limit=per_page` into a mapping; a name may hold spaces, such as a group's."""
    if not isinstance(value, str):
        return value
    parts = [part.rpartition("=") for part in value.split(",") if part.strip()]
    if not all(equals for _, equals, _ in parts):
        raise ValueError("it is not of the form name=value,name=value")
    return {ours.strip(): theirs.strip() for ours, _, theirs in parts}


def _shown_text(value: object) -> object:
    """Return text as people see it, trimmed and composed."""
    if not isinstance(value, str):
        return value
    text = characters.clean(value)
    if unseen := characters.find_invisible(text):
        raise ValueError(f"it holds {unseen}, which cannot be seen")
    return text


def named_roles(names: str) -> frozenset[str]:
    """Return the roles of one claim: `support+kyc`."""
    return frozenset(name.strip() for name in names.split("+"))


def _zone_name(value: str) -> str:
    if find_zone(value) is None:
        raise ValueError("it is not a time zone such as UTC or America/Bogota")
    return value


def _test_email(value: str) -> str:
    if value.count("{n}") != 1 or not is_email(value.replace("{n}", NUMBERED)):
        raise ValueError("it is not of the form qa+{n}@example.org")
    return value


def _due(value: str) -> str:
    parse_due(value)
    return value


def _schedule(value: str) -> str:
    parse_schedule(value)
    return value


ShownText = Annotated[str, BeforeValidator(_shown_text)]
List = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
Pairs = Annotated[dict[str, str], NoDecode, BeforeValidator(_pairs)]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
TestEmail = Annotated[ShownText, AfterValidator(_test_email)]
DueHours = Annotated[str, AfterValidator(_due)]
ContactWays = Annotated[List, AfterValidator(parse_ways)]
Schedule = Annotated[str, AfterValidator(_schedule)]
