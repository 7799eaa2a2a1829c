"""What is asked of the Partner API, in our names, and how it is written in the contract's."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class NewUser:
    """The fields of POST /users; what is None is not sent."""

    user_type: Literal["personal", "business"]
    email: str = field(repr=False)
    country_code: str
    phone: str | None = field(default=None, repr=False)
    preferred_language: str | None = None

    def body(self) -> dict[str, str]:
        """Return the JSON body."""
        return _given(
            userType=self.user_type,
            email=self.email,
            countryCode=self.country_code,
            phone=self.phone,
            preferredLanguage=self.preferred_language,
        )


@dataclass(frozen=True)
class KycApplicant:
    """The fields of POST /kyc but the user's id; what is None is not sent."""

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)

    def body(self) -> dict[str, str]:
        """Return the JSON body without `userId`."""
        return _given(
            firstName=self.first_name,
            lastName=self.last_name,
            email=self.email,
            phone=self.phone,
            birthDate=self.birth_date.isoformat() if self.birth_date else None,
        )


@dataclass(frozen=True)
class PrivyLogin:
    """The field of POST /auth/login: somebody's log-in with Privy, a credential."""

    privy_token: str = field(repr=False)

    def body(self) -> dict[str, str]:
        """Return the JSON body."""
        return {"privyToken": self.privy_token}


def _given(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}
