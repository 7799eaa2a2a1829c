"""A person's second factors as pages show them, and the result of adding one."""

from dataclasses import dataclass, field

from dashboard.store.auth.authenticators import Authenticator
from dashboard.store.auth.passkeys import Passkey


@dataclass(frozen=True)
class FactorSet:
    """A person's second factors, and how many of their recovery codes are left."""

    passkeys: tuple[Passkey, ...]
    authenticator: Authenticator | None
    codes_left: int
    codes_made: int
    required: bool

    @property
    def are_on(self) -> bool:
        """Return whether this person needs more than a password to log in."""
        return bool(self.passkeys or self.authenticator)


@dataclass(frozen=True)
class NewAuthenticator:
    """An app that is being set up. Nothing is stored: the form carries it, encrypted."""

    secret: str = field(repr=False)
    address: str = field(repr=False)
    sealed: str = field(repr=False)


@dataclass(frozen=True)
class Added:
    """The factor was added. `codes` come with the first one and are shown once."""

    codes: tuple[str, ...] = field(repr=False)


class FactorRequiredError(Exception):
    """The last factor can't be removed: this person's role or log-in requires one."""
