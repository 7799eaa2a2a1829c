"""The dashboard by a clock that a test moves; for gunicorn."""

import os
from pathlib import Path

from dashboard.app import create_app
from dashboard.config.settings import load_config
from tests.support.clock import FileClock

app = create_app(load_config(), FileClock(Path(os.environ["CLOCK_FILE"])))
