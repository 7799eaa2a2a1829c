"""What is asked of the Partner API, in our names, and how it is written in the contract's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class UserQuery:
    """Which page of the list to ask for. With a `cursor`, `page` is not sent."""

    page: int = 1
    limit: int = 20
    status: str | None = None
    country_code: str | None = None
    user_type: str | None = None
    search: str | None = field(default=None, repr=False)
    cursor: str | None = None

    def params(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the query string's parts under the names the server knows."""
        asked = {
            "page": self.page if self.cursor is None else None,
            "limit": self.limit,
            "status": self.status,
            "country_code": self.country_code,
            "user_type": self.user_type,
            "search": self.search,
            "cursor": self.cursor,
        }
        return {names[name]: str(value) for name, value in asked.items() if value is not None}


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
