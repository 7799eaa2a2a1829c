"""The text to send to a user in their situation, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboard.services.foundation import Foundation
from dashboard.services.kyc.links import KycLinks
from dashboard.services.texts import english, moments, spanish
from dashboard.services.texts.placeholders import Values, Words, fill, first_name_of
from dashboard.services.texts.situations import WITH_LINK, Situation, situation_of
from dashboard.services.users.next_step import LinkExpired, LinkFresh, NextStep, next_step
from dashboard.services.users.record import UserRecord
from dashboard.store.kyc import inquiries
from dashboard.store.texts import texts as store
from dashboard.store.users import sightings


class Language(StrEnum):
    """A language that we have texts in."""

    ENGLISH = "en"
    SPANISH = "es"


SHIPPED: Mapping[Language, Mapping[Situation, Words]] = {
    Language.ENGLISH: english.TEXTS,
    Language.SPANISH: spanish.TEXTS,
}


@dataclass(frozen=True)
class Message:
    """A text for one user, filled in. `is_fallback`: there is none in the user’s own language."""

    situation: Situation
    language: Language
    is_fallback: bool
    subject: str
    body: str


@dataclass(frozen=True)
class TextSettings:
    """The configuration of texts to users."""

    links: KycLinks
    link_ttl: timedelta
    zone: ZoneInfo


@dataclass(frozen=True)
class _Recipient:
    user_id: UUID
    preferred_language: str | None
    country_code: str | None
    step: NextStep


class Texts:
    """Writes messages to users: by admins’ own texts, else by the shipped ones."""

    def __init__(self, base: Foundation, settings: TextSettings) -> None:
        self._database = base.database
        self._clock = base.clock
        self._settings = settings

    def message(self, record: UserRecord, language: Language | None = None) -> Message | None:
        """Return the message for a user, in their language or in this one.

        None while a start is being sent.
        """
        user = record.user
        recipient = _Recipient(
            user.id, user.preferred_language, user.country_code, record.next_step
        )
        return self._message(recipient, language)

    def last_known(self, user_id: UUID, language: Language | None = None) -> Message | None:
        """Return the message for a user as we saw them last, without a call to the API.

        None also for a user whom we never saw.
        """
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id)
            starts = inquiries.of_user(connection, user_id)
        if not seen:
            return None
        now, link_ttl = self._clock(), self._settings.link_ttl
        step = next_step(seen[0].status, starts, seen, now=now, link_ttl=link_ttl)
        facts = seen[0]
        recipient = _Recipient(user_id, facts.preferred_language, facts.country_code, step)
        return self._message(recipient, language)

    def _message(self, to: _Recipient, language: Language | None) -> Message | None:
        situation = situation_of(to.step)
        if situation is None:
            return None
        link = self._link(to.step)
        if situation in WITH_LINK and not link:  # the API’s was too long, or isn’t one
            situation = Situation.STARTED_LINK_LOST
        own = find_language(to.preferred_language)
        chosen = language or own or Language.ENGLISH
        with self._database.read() as connection:
            row = store.to_user(connection, to.user_id, situation, chosen)
        words = SHIPPED[chosen][situation] if row.body is None else Words(row.subject, row.body)
        values = Values(
            first_name=first_name_of(row.name or ""),
            link=link,
            link_until=self._link_until(to, chosen),
        )
        filled = fill(words, values)
        return Message(situation, chosen, own is None, filled.subject, filled.body)

    def _link(self, step: NextStep) -> str:
        """Return the verification link that a step is about, "" for none that can be opened."""
        if not isinstance(step, LinkFresh | LinkExpired):
            return ""
        url = step.inquiry.verification_url
        return url if url and self._settings.links.is_link(url, step.inquiry.inquiry_id) else ""

    def _link_until(self, to: _Recipient, language: Language) -> str:
        match to.step:
            case LinkFresh(until_at=at) | LinkExpired(expired_at=at):
                return moments.told(at, language, to.country_code or "", self._settings.zone)
            case _:
                return ""


def find_language(preferred: str | None) -> Language | None:
    """Return the language of our texts that a user prefers, such as `es` for `es-CO`."""
    tag = (preferred or "").lower().replace("_", "-").split("-")[0]
    return Language(tag) if tag in set(Language) else None
