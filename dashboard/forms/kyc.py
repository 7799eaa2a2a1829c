"""The forms of KYC: to start it, and to take a link from elsewhere."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError
from wtforms.validators import Optional

from dashboard.forms.contact import EmailField, NameField, PhoneField, Required
from dashboard.forms.doubted_email import DoubtedEmailForm
from dashboard.forms.fields import YEARS, DayField, LocalizedForm, MomentField, TextField
from dashboard.services.kyc.link_import import EARLIEST, ImportedLink, ImportResult
from dashboard.services.kyc.start import KycApplicant
from dashboard.services.kyc_links import KycLinks
from dashboard.text import limits

OLDEST = 1900


class KycForm(DoubtedEmailForm):
    """`first_name last_name email phone birth_date`, and in production `confirm`."""

    first_name = NameField(_l("First name"), [Required(_l("Enter the first name."))])
    last_name = NameField(_l("Last name"), [Required(_l("Enter the last name."))])
    email = EmailField(_l("Email"), [Required(_l("Enter an email address."))])
    phone = PhoneField(_l("Phone"), [Optional()])
    birth_date = DayField(_l("Date of birth"), [Optional()])

    def validate_birth_date(self, field: DayField) -> None:
        """Require a plausible date of birth of a living person."""
        if field.data and field.data.year < OLDEST:
            raise ValidationError(_l("Enter a date of birth as YYYY-MM-DD."))
        if field.data and field.data > date.today():  # noqa: DTZ011  a day anywhere
            raise ValidationError(_l("Date of birth must be in the past."))

    def command(self) -> KycApplicant:
        """Return the applicant; call `validate()` first."""
        return KycApplicant(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data,
            birth_date=self.birth_date.data,
        )


class ImportLinkForm(LocalizedForm):
    """`url inquiry_id started_at`: a verification link that the partner's backend holds."""

    url = TextField(
        _l("Verification link"),
        [Required(_l("Paste the verification link."))],
        max_length=limits.URL,
        takes_links=True,
    )
    inquiry_id = TextField(_l("Inquiry ID"), max_length=limits.INQUIRY_ID, takes_links=True)
    started_at = MomentField(
        _l("Started at"), [Required(_l("Enter a date and time, such as 2026-06-12T09:30."))]
    )

    def __init__(
        self,
        given: MultiDict[str, str] | None,
        *,
        kyc_links: KycLinks,
        zone: ZoneInfo,
        now: datetime,
    ) -> None:
        super().__init__(given)
        self._kyc_links = kyc_links
        self._zone = zone
        self._now = now

    def validate_url(self, field: TextField) -> None:
        """Require a verification link as the API gives it, with nothing added."""
        if not self._kyc_links.find_inquiry(field.data or ""):
            raise ValidationError(_l("Enter the verification link exactly as the API returned it."))

    def validate_inquiry_id(self, field: TextField) -> None:
        """Take the id from the link if it is in it."""
        named = self._kyc_links.find_inquiry(self.url.data or "")
        field.data = field.data or named
        if named not in {None, field.data}:
            raise ValidationError(
                _l("Enter the inquiry ID that is in the link, or leave this empty.")
            )

    def validate_started_at(self, field: MomentField) -> None:
        """Require a time in the past."""
        given = field.data
        if given and not (given.year in YEARS and EARLIEST <= self._started_at() <= self._now):
            raise ValidationError(_l("Enter a date and time in the past."))

    def command(self, user_id: UUID) -> ImportedLink:
        """Return the link to keep; call `validate()` first."""
        return ImportedLink(
            user_id, self.inquiry_id.data or "", self.url.data or "", self._started_at()
        )

    def was_taken(self, taken: ImportResult) -> bool:
        """Return whether the link was imported; if not, say why beside the field."""
        if taken is ImportResult.OF_ANOTHER:
            self.inquiry_id.errors = [
                _l("Check the inquiry ID: it already belongs to another user.")
            ]
        elif taken is ImportResult.HELD:
            self.url.errors = [_l("Use the link we already have: it can’t be replaced.")]
        return not self.errors

    def _started_at(self) -> datetime:
        given = self.started_at.data or EARLIEST
        return given.replace(tzinfo=self._zone).astimezone(UTC)
