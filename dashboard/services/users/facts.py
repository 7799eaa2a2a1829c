"""What is remembered of a user whom the API showed."""

from dashboard.partner.responses import User
from dashboard.store.users.sightings import SeenFacts


def facts_of(user: User) -> SeenFacts:
    """Return it; the phone number is not among it."""
    return SeenFacts(
        user_id=user.id,
        email=user.email,
        status=user.status_text,
        country_code=user.country_code,
        preferred_language=user.preferred_language,
        registered_at=user.created_at,
    )
