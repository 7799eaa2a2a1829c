"""The worker by a clock that a test moves: it checks every half second whether time has passed."""

import os
import sys
from pathlib import Path

from dashboard import worker
from tests.support.clock import FileClock

worker.ROUND_S = 0.5
sys.exit(worker.run_worker(FileClock(Path(os.environ["CLOCK_FILE"]))))
