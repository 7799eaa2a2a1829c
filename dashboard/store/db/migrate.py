"""Brings a schema up to date with Alembic, which nothing else of the product imports."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parents[1] / "migrations"


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that are missing, up to a version, inside the caller's `write()`."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)
