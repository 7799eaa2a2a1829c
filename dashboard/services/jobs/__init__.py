"""Jobs: work on many users, row by row."""
