"""The lab: test users in the state that someone needs, outside production."""
