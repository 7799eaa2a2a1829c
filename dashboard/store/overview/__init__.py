"""The overview: when staff were here, and how many users there are of each kind."""
