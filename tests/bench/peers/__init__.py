"""What others would reach for: Django admin and Flask-Admin over the same users."""
