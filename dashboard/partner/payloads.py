"""Requests to the Partner API: our names, and how the contract writes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal


class _Payload:
    WIRE_NAMES: ClassVar[Mapping[str, str]]

    def body(self) -> dict[str, str]:
        """Return the JSON body; what is None is not sent."""
        given = ((name, getattr(self, ours)) for ours, name in self.WIRE_NAMES.items())
        return {name: str(value) for name, value in given if value is not None}


@dataclass(frozen=True)
class NewUser(_Payload):
    """The fields of POST /users."""

    WIRE_NAMES: ClassVar[Mapping[str, str]] = {
        "user_type": "userType",
        "email": "email",
        "country_code": "countryCode",
        "phone": "phone",
        "preferred_language": "preferredLanguage",
    }

    user_type: Literal["personal", "business"]
    email: str = field(repr=False)
    country_code: str
    phone: str | None = field(default=None, repr=False)
    preferred_language: str | None = None


@dataclass(frozen=True)
class KycApplicant(_Payload):
    """The fields of POST /kyc but the user's id."""

    WIRE_NAMES: ClassVar[Mapping[str, str]] = {
        "first_name": "firstName",
        "last_name": "lastName",
        "email": "email",
        "phone": "phone",
        "birth_date": "birthDate",
    }

    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True)
class PrivyLogin(_Payload):
    """The field of POST /auth/login: a person's log-in with Privy, a credential."""

    WIRE_NAMES: ClassVar[Mapping[str, str]] = {"privy_token": "privyToken"}

    privy_token: str = field(repr=False)
