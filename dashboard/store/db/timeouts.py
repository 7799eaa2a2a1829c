"""How long a write waits for its turn, in milliseconds."""

BUSY_TIMEOUT_MS = 5_000
BRIEFLY_MS = 100  # for what may as well be written another time
