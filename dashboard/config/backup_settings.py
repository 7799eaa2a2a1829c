"""The settings of backups that the worker makes."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class BackupsOnSchedule(BaseSettings):
    """`backup_dir` is None where the worker makes none."""

    backup_dir: Path | None = Field(None, validation_alias="BACKUP_DIR")
    backup_every_h: int = Field(24, ge=1, le=720, validation_alias="BACKUP_EVERY_H")
    backup_keep: int = Field(30, ge=1, le=10_000, validation_alias="BACKUP_KEEP")
