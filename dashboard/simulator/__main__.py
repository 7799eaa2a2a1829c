"""`python -m dashboard.simulator`."""

import sys

from dashboard.simulator.cli import main

sys.exit(main(sys.argv[1:]))
