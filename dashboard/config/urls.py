"""The URLs and hosts of settings. `split` is the one way to take a URL apart.

What `urlsplit` accepts, or repairs silently, is refused: a port that can't be called, a host
that isn't one, blanks and line ends.
"""

import re
from ipaddress import IPv4Address, ip_address
from typing import Annotated
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import AfterValidator, SecretStr

from dashboard.config.types import List
from dashboard.text import characters

TICKET = "{ticket}"
SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql://", "postgres://")
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
OWN_NAMES = ("localhost", "127.0.0.1")  # of this machine, in `Host`: Werkzeug compares no IPv6
LOOPBACK = frozenset({*OWN_NAMES, "::1"})
ESCAPED = ", with special characters of the password as %XX"
HOST_MAX = 253  # RFC 1035
_NAME = re.compile(r"/[^/@]+")
_NUMBERED = re.compile(r"(?:/\d{0,4})?")  # a database of Redis
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-)){0,9}")
_PORT = re.compile(r":\d{1,5}\Z")
_NEVER = re.compile(r"[\s\\\x00-\x1f\x7f]")
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


def split(value: str) -> SplitResult:
    """Return the parts of a URL that can be called as it is written.

    Raises:
        ValueError: it can't be.

    """
    if _NEVER.search(value) or characters.find_invisible(value):
        raise ValueError("it has a space or another character that no URL has")
    parts = urlsplit(value)
    place = parts.netloc.rpartition("@")[2]
    if place.endswith(":") or parts.port == 0:
        raise ValueError("it names no port after the colon")
    if parts.hostname:
        _called(parts.hostname)
    elif place:
        raise ValueError("it names no host")
    return parts


def _called(host: str) -> None:
    """Refuse what is neither an address nor a name; containers have names with underscores."""
    if ":" in host:
        ip_address(host)
    else:
        host_name(host.replace("_", "-"))


def is_bare(parts: SplitResult) -> bool:
    """Return whether a URL names a server, and a path at most."""
    return bool(parts.hostname) and not (parts.query or parts.fragment or "@" in parts.netloc)


def is_private(url: str, over_tls: str, plain: str) -> bool:
    """Return whether no one can read along: over TLS, or to this machine."""
    try:
        parts = split(url)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == over_tls or (parts.scheme == plain and parts.hostname in LOOPBACK)


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
    if not _HOST.fullmatch(plain) or len(plain) > HOST_MAX:
        raise ValueError("it is not a host name such as dashboard.example.com")
    if plain.rpartition(".")[2].isdecimal():
        IPv4Address(plain)  # a host that ends in a number is one
    return plain


def _database_url(value: str) -> str:
    """Return the URL; refuse one that would send the password or people's data in the clear."""
    if value.startswith(POSTGRESQL):
        return _postgresql_url(value)
    if not value.startswith(SQLITE) or value == SQLITE:
        raise ValueError(f"it must look like {SQLITE}path or postgresql://user:password@host/name")
    return value


def _postgresql_url(value: str) -> str:
    form = f"it must look like postgresql://user:password@host:port/name{ESCAPED}"
    try:
        parts = split(value)
    except ValueError:
        raise ValueError(form) from None
    if not _NAME.fullmatch(parts.path) or parts.netloc.count("@") > 1:
        raise ValueError(form)
    asked = _asked(parts.query, _POSTGRESQL_TAKES)
    others = [*filter(None, asked.get("host", "").split(","))]
    try:
        for each in others:
            if not each.startswith("/"):  # the folder of a socket
                split(f"//{each}")
    except ValueError:
        raise ValueError(form) from None
    hosts = [*filter(None, [parts.hostname]), *others]
    near = all(host in LOOPBACK or host.startswith("/") for host in hosts)
    if not near and asked.get("sslmode") not in ENCRYPTED:
        raise ValueError(
            "it names another machine without TLS: add ?sslmode=verify-full (or require) to it"
        )
    return value


def _asked(query: str, known: frozenset[str]) -> dict[str, str]:
    """Return a URL's query: drivers accept parameters there that lead elsewhere."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if not known.issuperset(names) or len(set(names)) < len(names):
        raise ValueError(f"it may have these behind its ?, once each: {', '.join(sorted(known))}")
    return dict(pairs)


def _redis_url(value: SecretStr) -> SecretStr:
    """Return the URL; refuse one that would send the password or people's log-ins in the clear."""
    form = (
        "it must look like redis://:password@localhost:6379/0 or rediss://:password@host:6379/0"
        + ESCAPED
    )
    url = value.get_secret_value()
    try:
        parts = split(url)
    except ValueError:
        raise ValueError(form) from None
    if not _asked(parts.query, frozenset({"db"})).get("db", "0").isdecimal():
        raise ValueError(form)
    if parts.scheme == "redis" and parts.hostname and parts.hostname not in LOOPBACK:
        raise ValueError("it names another machine without TLS: begin it with rediss://")
    server = parts.scheme in {"redis", "rediss"} and parts.hostname
    socket = parts.scheme == "unix" and parts.path.startswith("/")
    if url and not (socket or (server and _NUMBERED.fullmatch(parts.path))):
        raise ValueError(form)
    return value


def _api_url(value: str) -> str:
    try:
        split(value)
    except ValueError as error:
        raise ValueError("it must look like https://host or https://host:port") from error
    return value.rstrip("/")


def _public_url(value: str) -> str:
    """Return the origin as browsers write it; refuse what is more or less than an origin."""
    form = "it must look like https://dashboard.example.com, with its port if it has one"
    if not value:
        return value
    try:
        parts = split(value)
        host = host_name(parts.hostname or "")
    except ValueError:
        raise ValueError(form) from None
    if parts.path not in {"", "/"} or not is_bare(parts):
        raise ValueError(f"{form} and nothing after it")
    if not is_private(value, "https", "http"):
        raise ValueError(f"{form}; plain http is only for this machine")
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _ticket_url(value: str) -> str:
    """Return the address of a ticket; its number comes after the host, once."""
    form = "it must look like https://tickets.example.com/browse/{ticket}, with {ticket} once"
    if not value:
        return value
    try:
        parts = split(value)
        host_name(parts.hostname or "")
    except ValueError:
        raise ValueError(form) from None
    is_server = parts.scheme == "https" and not {*"@{}"} & {*parts.netloc}
    if not is_server or value.count(TICKET) != 1 or {*"{}"} & {*value.replace(TICKET, "")}:
        raise ValueError(form)
    return value


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
        raise ValueError(f"it would trust everyone's hosts with .{domain}: name a domain below it")
    return domain


def _host(value: str) -> str:
    try:
        return host_name(_PORT.sub("", value))  # a port is compared with nothing
    except ValueError:
        raise ValueError(
            "it must hold only host names, such as dashboard.example.com: no https://, path, * or "
            "IPv6 address"
        ) from None


DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
RedisUrl = Annotated[SecretStr, AfterValidator(_redis_url)]
Hosts = Annotated[List, AfterValidator(_hosts)]
HostsAndDomains = Annotated[List, AfterValidator(_hosts_and_domains)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
TicketUrl = Annotated[str, AfterValidator(_ticket_url)]
ApiUrl = Annotated[str, AfterValidator(_api_url)]
