"""Printable cards: a verification link to hand to a user, with nothing else about them."""

from dataclasses import dataclass, field
from uuid import UUID

from dashboard.services.foundation import Foundation
from dashboard.services.kyc.next_step import LinkExpired, LinkFresh, next_step
from dashboard.services.texts import moments
from dashboard.services.texts.placeholders import first_name_of
from dashboard.services.texts.texts import Language, TextSettings, find_language
from dashboard.store.directory import rows as directory
from dashboard.store.kyc import inquiries
from dashboard.store.users import sightings


@dataclass(frozen=True)
class Card:
    """What a card says. `until` is when the link probably stops working, as the user reads it."""

    language: Language
    first_name: str = field(repr=False)
    link: str = field(repr=False)
    until: str
    has_expired: bool


class Cards:
    """Finds what is on a user's card. Makes no call to the API."""

    def __init__(self, base: Foundation, settings: TextSettings) -> None:
        self._database = base.database
        self._clock = base.clock
        self._settings = settings

    def find(self, user_id: UUID, language: Language | None) -> Card | None:
        """Return a user's card in this language or in their own.

        None for a user who was no longer pending when last seen, or whose link we don't have.
        """
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id)
            starts = inquiries.of_user(connection, user_id)
            known = directory.get(connection, [user_id]).get(user_id)
        if not seen:
            return None
        facts, link_ttl = seen[0], self._settings.link_ttl
        step = next_step(facts.status, starts, seen, now=self._clock(), link_ttl=link_ttl)
        if not isinstance(step, LinkFresh | LinkExpired):
            return None
        link, has_expired = step.inquiry.verification_url, isinstance(step, LinkExpired)
        if not link or not self._settings.links.is_link(link, step.inquiry.inquiry_id):
            return None
        chosen = language or find_language(facts.preferred_language) or Language.ENGLISH
        until_at = step.inquiry.started_at + link_ttl
        return Card(
            language=chosen,
            first_name=first_name_of(known.name if known else ""),
            link=link,
            until=moments.told(until_at, chosen, facts.country_code or "", self._settings.zone),
            has_expired=has_expired,
        )
