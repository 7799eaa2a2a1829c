"""How the text of a setting becomes its value; what cannot be says what it should look like."""

import re
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from dashboard.text import characters

SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
_NAME = re.compile(r"/[^/@]+")
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,9}")
_PORT = re.compile(r":\d{1,5}\Z")
_POSTGRESQL_TAKES = frozenset(
    {
        "application_name",
        "channel_binding",
        "host",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def _split(value: object) -> object:
    """Turn `a, b` into a list; refuse only commas, which would mean less than the default."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if value and not parts:
        raise ValueError("names nothing. Leave it empty")
    return parts


def _pairs(value: object) -> object:
    """Turn `page=p, limit=per_page` into a mapping; a name may hold spaces, such as a group's."""
    if not isinstance(value, str):
        return value
    parts = [part.rpartition("=") for part in value.split(",") if part.strip()]
    if not all(equals for _, equals, _ in parts):
        raise ValueError("is not of the form name=value,name=value")
    return {ours.strip(): theirs.strip() for ours, _, theirs in parts}


def _shown_text(value: object) -> object:
    """Return text as people see it, trimmed and composed."""
    if not isinstance(value, str):
        return value
    text = characters.clean(value)
    if unseen := characters.find_invisible(text):
        raise ValueError(f"it holds {unseen}, which cannot be seen")
    return text


def _database_url(value: str) -> str:
    """Return the URL; refuse one that would send the password or people's data in the clear."""
    if value.startswith(POSTGRESQL):
        return _postgresql_url(value)
    if not value.startswith(SQLITE) or value == SQLITE:
        raise ValueError(f"must look like {SQLITE}path or postgresql://user:password@host/name")
    return value


def _postgresql_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if not _NAME.fullmatch(parts.path) or parts.netloc.count("@") > 1:
        raise ValueError("must look like postgresql://user:password@host:port/name")
    asked = _asked(parts.query, _POSTGRESQL_TAKES)
    hosts = [*filter(None, [parts.hostname]), *filter(None, [asked.get("host")])]
    near = all(host in LOOPBACK or host.startswith("/") for host in hosts)
    if not near and asked.get("sslmode") not in ENCRYPTED:
        raise ValueError(
            "names another machine without TLS: add ?sslmode=verify-full (or require) to it"
        )
    return value


def _asked(query: str, known: frozenset[str]) -> dict[str, str]:
    """Return what a URL asks for behind its `?`: drivers take much there that leads elsewhere."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if not known.issuperset(names) or len(set(names)) < len(names):
        raise ValueError(f"may have these behind its ?, once each: {', '.join(sorted(known))}")
    return dict(pairs)


def _redis_url(value: SecretStr) -> SecretStr:
    """Return the URL; refuse one that would send the password, or who tries, in the clear."""
    form = "must look like redis://:password@localhost:6379/0 or rediss://:password@host:6379/0"
    try:
        parts = urlsplit(value.get_secret_value())
        _ = parts.port
    except ValueError:
        raise ValueError(form) from None
    if not _asked(parts.query, frozenset({"db"})).get("db", "0").isdecimal():
        raise ValueError(form)
    local = parts.scheme == "redis" and parts.hostname in LOOPBACK
    if parts.scheme == "redis" and parts.hostname and not local:
        raise ValueError("names another machine without TLS: begin it with rediss://")
    socket = parts.scheme == "unix" and parts.path.startswith("/")
    if value.get_secret_value() and not (
        local or socket or (parts.scheme == "rediss" and parts.hostname)
    ):
        raise ValueError(form)
    return value


def _api_url(value: str) -> str:
    try:
        _ = urlsplit(value).port
    except ValueError as error:
        raise ValueError("must look like https://host or https://host:port") from error
    return value.rstrip("/")


def _public_url(value: str) -> str:
    """Return the origin as browsers write it; refuse what is more or less than an origin."""
    form = "must look like https://dashboard.example.com, with its port if it has one"
    if not value:
        return value
    try:
        parts = urlsplit(value)
        port = parts.port
        host = host_name(parts.hostname or "")
    except ValueError:
        raise ValueError(form) from None
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{form} and nothing after it")
    if not is_private(value, "https", "http"):
        raise ValueError(f"{form}; plain http is only for this machine")
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}{f':{port}' if port and port != usual else ''}"


def host_name(value: str) -> str:
    """Return a host as browsers write it: lower case, without a dot at its end, IDNA.

    Raises:
        ValueError: it is no host name.

    """
    name = value.lower().removesuffix(".")
    try:
        plain = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain):
        raise ValueError("is not a host name such as dashboard.example.com")
    return plain


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts as browsers write them."""
    return tuple(map(_host, values))


def _hosts_and_domains(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts as browsers write them; a dot in front means all names below."""
    return tuple(
        "." + _domain(each[1:]) if each.startswith(".") else _host(each) for each in values
    )


def _domain(value: str) -> str:
    domain = _host(value)
    if "." not in domain:
        raise ValueError(f"would trust everyone's hosts with .{domain}: name a domain below it")
    return domain


def _host(value: str) -> str:
    if value in LOOPBACK:
        return value
    try:
        return host_name(_PORT.sub("", value))  # a port is compared with nothing
    except ValueError:
        raise ValueError(
            "must hold only host names, such as dashboard.example.com: no https://, path or *"
        ) from None


def is_private(url: str, over_tls: str, plain: str) -> bool:
    """Return whether no one can read along: over TLS, or to this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == over_tls or (parts.scheme == plain and parts.hostname in LOOPBACK)


def named_roles(names: str) -> frozenset[str]:
    """Return the roles of one claim: `support+kyc`."""
    return frozenset(name.strip() for name in names.split("+"))


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is not a time zone such as UTC or America/Bogota") from error
    return value


def _test_email(value: str) -> str:
    if "{n}" not in value or value.count("@") != 1:
        raise ValueError("is not of the form qa+{n}@example.org")
    return value


ShownText = Annotated[str, BeforeValidator(_shown_text)]
List = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
Pairs = Annotated[dict[str, str], NoDecode, BeforeValidator(_pairs)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Hosts = Annotated[List, AfterValidator(_hosts)]
HostsAndDomains = Annotated[List, AfterValidator(_hosts_and_domains)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
TestEmail = Annotated[ShownText, AfterValidator(_test_email)]
