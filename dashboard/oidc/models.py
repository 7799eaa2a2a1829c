"""A provider's facts about a person, and what may go wrong on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Failure(StrEnum):
    """Why a provider did not tell us who it is."""

    UNAVAILABLE = "unavailable"  # no answer, or none in time
    UNTRUSTED = "untrusted"  # an answer that does not prove anything


class ProviderError(Exception):
    """The provider did not tell us who it is. The text is for the log: no token or code is in it.

    What it was raised from is forgotten, for a library's exception may hold a token.
    """

    def __init__(self, failure: Failure, text: str) -> None:
        super().__init__(text)
        self.failure = failure


@dataclass(frozen=True)
class ClientConfig:
    """Our registration at the provider. Without `roles_claim` nothing is asked about groups."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles_claim: str = ""


@dataclass(frozen=True)
class LoginSecrets:
    """The secrets of one log-in, so that no one can complete another person's."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Identity:
    """A person, as the provider's signed token describes them.

    `email` is there only where the provider says that it is theirs; `groups` holds the values of
    the claim that roles follow from.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    groups: frozenset[str]
    authenticated_at: datetime | None


class Provider(Protocol):
    """The interface of a provider."""

    issuer: str

    def authorization_url(
        self, secrets: LoginSecrets, redirect_uri: str, *, force_login: bool
    ) -> str:
        """Return where a browser goes to log in; `force_login`: whatever session is open there.

        Raises:
            ProviderError: the provider cannot be reached, or is not what it should be.

        """

    def exchange_code(self, code: str, secrets: LoginSecrets, redirect_uri: str) -> Identity:
        """Return who logged in, for the code that their browser brought.

        Raises:
            ProviderError: no one is proven to have logged in.

        """
