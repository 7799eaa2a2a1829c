"""The directory: the list of users from our own copy, and how complete that copy is."""
