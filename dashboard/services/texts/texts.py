"""The text to send to a user in their situation, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboard.partner.responses import User
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.next_step import LinkExpired, LinkFresh, NextStep, Starting
from dashboard.services.kyc_links import KycLinks
from dashboard.services.texts import english, moments, spanish
from dashboard.services.texts.placeholders import Values, Words, fill, first_name_of
from dashboard.services.texts.situations import WITH_LINK, Situation
from dashboard.store.directory import rows as directory
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.texts import texts as store


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
    """A text for one user, filled in. `is_fallback`: there is none in the user’s own language.

    `link` is the verification link that it may hold, "" where there is none. `revision` is that of
    the text, 0 for the shipped one before any change.
    """

    situation: Situation
    language: Language
    is_fallback: bool
    subject: str
    body: str
    link: str
    revision: int


@dataclass(frozen=True)
class TextSettings:
    """The configuration of texts to users."""

    links: KycLinks
    link_ttl: timedelta
    zone: ZoneInfo


class Texts:
    """Writes messages to users: by admins’ own texts, else by the shipped ones."""

    def __init__(self, base: Foundation, settings: TextSettings) -> None:
        self._database = base.database
        self._clock = base.clock
        self._settings = settings

    def message(
        self, user: User, step: NextStep, language: Language | None = None
    ) -> Message | None:
        """Return the message for a user at this step, in their language or in this one.

        None while a start is being sent.
        """
        if isinstance(step, Starting):
            return None
        situation = Situation(step.kind)
        link = self._link(step)
        if situation in WITH_LINK and not link:  # the API’s was too long, or isn’t one
            situation = Situation.STARTED_LINK_LOST
        own = find_language(user.preferred_language)
        chosen = language or own or Language.ENGLISH
        until = self._link_until(user, step, chosen)
        name, words, revision = self._find(user.id, situation, chosen)
        filled = fill(words, Values(name, link, until))
        return Message(situation, chosen, own is None, filled.subject, filled.body, link, revision)

    def sample(self, user: DirectoryUser, started_at: datetime, language: Language) -> Message:
        """Return the message about an active link for a user of our own copy.

        It is as it would be sent, but the link is never a real one.
        """
        country, until_at = user.country_code or "", started_at + self._settings.link_ttl
        until = moments.told(until_at, language, country, self._settings.zone)
        name, words, revision = self._find(user.user_id, Situation.LINK_FRESH, language)
        filled = fill(words, Values(name, self._no_link, until))
        is_fallback = find_language(user.language) is None
        return Message(
            Situation.LINK_FRESH, language, is_fallback, filled.subject, filled.body, "", revision
        )

    def preview(
        self, words: Words, language: Language, user_id: UUID | None, example: str
    ) -> Words:
        """Return a text filled in for a user as our own copy has them, or for an example.

        The link is never a real one.
        """
        name, country = example, ""
        if user_id:
            with self._database.read() as connection:
                known = directory.get(connection, [user_id]).get(user_id)
            name, country = (known.name, known.country_code or "") if known else ("", "")
        until_at = self._clock() + self._settings.link_ttl
        until = moments.told(until_at, language, country, self._settings.zone)
        return fill(words, Values(first_name_of(name), self._no_link, until))

    def _find(
        self, user_id: UUID, situation: Situation, language: Language
    ) -> tuple[str, Words, int]:
        """Return a user’s first name, and the text for them with its revision."""
        with self._database.read() as connection:
            row = store.to_user(connection, user_id, situation, language)
        is_shipped = row.body is None
        words = SHIPPED[language][situation] if is_shipped else Words(row.subject, row.body)
        return first_name_of(row.name or ""), words, row.revision or 0

    @property
    def _no_link(self) -> str:
        return f"https://{self._settings.links.hosts[0]}/verify?inquiry-id=inq_{'0' * 22}"

    def link_of(self, inquiry: Inquiry) -> str:
        """Return the verification link of an inquiry, "" for none that can be opened."""
        url = inquiry.verification_url
        return url if url and self._settings.links.is_link(url, inquiry.inquiry_id) else ""

    def _link(self, step: NextStep) -> str:
        return self.link_of(step.inquiry) if isinstance(step, LinkFresh | LinkExpired) else ""

    def _link_until(self, user: User, step: NextStep, language: Language) -> str:
        match step:
            case LinkFresh(until_at=at) | LinkExpired(expired_at=at):
                country = user.country_code or ""
                return moments.told(at, language, country, self._settings.zone)
            case _:
                return ""


def find_language(preferred: str | None) -> Language | None:
    """Return the language of our texts that a user prefers, such as `es` for `es-CO`."""
    tag = (preferred or "").lower().replace("_", "-").split("-")[0]
    return Language(tag) if tag in set(Language) else None
