"""What SQLite knows of its tables: without it, it guesses which index leaves the fewest rows.

PostgreSQL finds it out automatically.
"""

from dashboard.store.db.database import Transaction

ROWS_AT_MOST = 1_000  # of each index: enough to tell the indexes apart, and quick
MANY = 10_000  # rows; of fewer it goes on guessing, for there may soon be many


def refresh(transaction: Transaction) -> None:
    """Let SQLite look at its tables again."""
    if transaction.dialect.name != "sqlite":
        return
    transaction.exec_driver_sql(f"PRAGMA analysis_limit={ROWS_AT_MOST}")
    transaction.exec_driver_sql("ANALYZE")
    transaction.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ?", (MANY,))
    if transaction.exec_driver_sql(_HAS_SAMPLES).first():
        transaction.exec_driver_sql("DELETE FROM sqlite_stat4")
    transaction.exec_driver_sql("ANALYZE sqlite_schema")  # reads what is left


_HAS_SAMPLES = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'"
"""Where SQLite is built with them, it keeps texts of rows, which an erasure would not find."""
