"""The settings of the directory of users and of the desk: what is read, and when."""

from pydantic import Field
from pydantic_settings import BaseSettings

from dashboard.config.types import DueHours, Schedule
from dashboard.services.desk.settings import DEFAULT_DUE, DEFAULT_SCHEDULE


class DirectoryUpkeep(BaseSettings):
    """`kyc_due_h` and `follow_schedule` are of the desk."""

    directory: bool = Field(default=True, validation_alias="DIRECTORY")
    upstream_budget_per_min: int = Field(
        30, ge=1, le=10_000, validation_alias="UPSTREAM_BUDGET_PER_MIN"
    )
    sync_sweep_h: int = Field(24, ge=0, le=720, validation_alias="SYNC_SWEEP_H")
    retention_days: int = Field(90, ge=1, le=3650, validation_alias="RETENTION_DAYS")
    kyc_due_h: DueHours = Field(DEFAULT_DUE, validation_alias="KYC_DUE_H")
    follow_schedule: Schedule = Field(DEFAULT_SCHEDULE, validation_alias="FOLLOW_SCHEDULE")
