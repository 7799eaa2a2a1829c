"""The desk: everyone who waits, in lanes, and what follows them."""
