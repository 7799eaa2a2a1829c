"""The usual alternatives: Django admin and Flask-Admin over the same users."""
