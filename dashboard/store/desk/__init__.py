"""What the desk reads: rows, counts and who is to be asked about."""
