"""How much later than another one an older answer may come."""

from datetime import timedelta

LATE_AT_MOST = timedelta(minutes=10)  # what is older is of a clock that was put back
