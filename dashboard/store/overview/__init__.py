"""The overview: who was here when, and how many users there were of what."""
