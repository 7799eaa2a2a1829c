"""The directory: finding a user from anything that a caller or a ticket gives."""
