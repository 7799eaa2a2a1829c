"""Test users: made up, with test addresses, and phones that are kept for fiction."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from dashboard.partner.payloads import KycApplicant, NewUser
from dashboard.services.registrations.sample_identity import make_sample

FICTION: Final = range(12025550100, 12025550200)  # North America keeps these for fiction
BORN: Final = date(1990, 5, 17)


@dataclass(frozen=True)
class TestPerson:
    """A made-up person, as they register and as they start KYC."""

    user: NewUser
    applicant: KycApplicant

    @property
    def phone(self) -> str:
        """The phone without the spaces around it, as the API keeps it."""
        return (self.user.phone or "").strip()


def make_person(test_email: str) -> TestPerson:
    """Make up a person; the phone has spaces around it, which the API trims."""
    made = make_sample(test_email)
    user = NewUser(
        user_type="personal",
        email=made.email,
        country_code=made.country_code,
        phone=f" +{secrets.choice(FICTION)} ",
        preferred_language=made.preferred_language,
    )
    applicant = KycApplicant(made.first_name, made.last_name, made.email, birth_date=BORN)
    return TestPerson(user, applicant)
