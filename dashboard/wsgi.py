"""The entry point for gunicorn: `dashboard.wsgi:app`."""

import sys

from dashboard.app import create_app
from dashboard.config.settings import UnsafeConfigError, load_config
from dashboard.services.operations.readiness import NotReadyError
from dashboard.store.db.database import StoreError

try:
    app = create_app(load_config())
except (UnsafeConfigError, NotReadyError) as error:
    sys.exit(f"The dashboard does not start.\n{error}")
except StoreError as error:
    sys.exit(f"The dashboard does not start.\nThe database cannot be used ({error}).")
