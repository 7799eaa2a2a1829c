"""The directory: finding users in our own copy of them, and how complete it is."""
