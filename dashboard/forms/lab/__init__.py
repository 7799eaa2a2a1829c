"""The forms of the lab."""
