"""Jobs and their rows."""
