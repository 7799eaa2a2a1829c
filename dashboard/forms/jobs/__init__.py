"""The forms of jobs."""
