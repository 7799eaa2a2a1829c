"""The directory: users as they are now, how they are found, and where its upkeep is."""
