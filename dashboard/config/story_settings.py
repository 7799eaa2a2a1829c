"""The settings of the story of users: owners, ways to reach users, and how long logs are kept."""

from pydantic import Field

from dashboard.config.auth_settings import AccessSettings
from dashboard.config.types import ContactWays
from dashboard.services.contacts.ways import DEFAULT_WAYS


class StorySettings(AccessSettings):
    """`mail_url` comes from `AccessSettings`."""

    owner_lapses_h: int = Field(72, ge=1, le=8760, validation_alias="OWNER_LAPSES_H")
    contact_ways: ContactWays = Field(DEFAULT_WAYS, validation_alias="CONTACT_WAYS")
    user_mail_from: str = Field("", max_length=254, validation_alias="USER_MAIL_FROM")
    user_mails_per_hour: int = Field(60, ge=1, le=10_000, validation_alias="USER_MAILS_PER_HOUR")
    look: bool = Field(default=True, validation_alias="LOOK")
    access_log_days: int = Field(90, ge=1, le=3650, validation_alias="ACCESS_LOG_DAYS")
    bulk_kyc: bool | None = Field(None, validation_alias="BULK_KYC")  # on outside production
    job_rows: int = Field(200, ge=1, le=500, validation_alias="JOB_ROWS")
    request_log_days: int = Field(14, ge=1, le=365, validation_alias="REQUEST_LOG_DAYS")
