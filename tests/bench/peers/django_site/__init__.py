"""Django admin over 100,000 users, as its tutorial would have it, behind gunicorn as ours is."""
