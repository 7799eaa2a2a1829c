"""A person's second factors as pages show them, and what came of adding one."""

from dataclasses import dataclass, field

from dashboard.store.auth.authenticators import Authenticator
from dashboard.store.auth.passkeys import Passkey


@dataclass(frozen=True)
class FactorSet:
    """What a person has, and how many of their recovery codes are left."""

    passkeys: tuple[Passkey, ...]
    authenticator: Authenticator | None
    codes_left: int
    codes_made: int
    required: bool

    @property
    def are_on(self) -> bool:
        """Say whether a password alone does not let this person in."""
        return bool(self.passkeys or self.authenticator)


@dataclass(frozen=True)
class NewAuthenticator:
    """An app that is being set up. Nothing is kept of it here: the form carries it, sealed."""

    secret: str = field(repr=False)
    address: str = field(repr=False)
    sealed: str = field(repr=False)


@dataclass(frozen=True)
class Added:
    """The factor is there. `codes` are those made with the first one, shown this once."""

    codes: tuple[str, ...] = field(repr=False)


class FactorRequiredError(Exception):
    """It is the last one, and this person works or comes in with one alone: nothing was removed."""
