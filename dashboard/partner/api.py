"""Where the calls of the Partner API are, and how long each may take (contract: base URL)."""

ROOT = "/api/v1"
PREFIX, USER_PREFIX = f"{ROOT}/partner", f"{ROOT}/user"
NEWEST_TRANSACTIONS = 20
READ_DEADLINE_S, WRITE_DEADLINE_S = 5.0, 15.0
