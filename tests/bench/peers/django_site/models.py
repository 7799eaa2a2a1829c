"""The users, with what our list shows of them."""

from django.db import models


class Person(models.Model):
    """A user of Qash."""

    uuid = models.UUIDField(unique=True)
    email = models.EmailField(unique=True)
    status = models.CharField(max_length=12, db_index=True)
    country = models.CharField(max_length=2, db_index=True)
    phone = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    registered_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return what the admin calls them."""
        return str(self.email)
