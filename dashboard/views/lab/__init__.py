"""The lab: scenarios, never in production."""
