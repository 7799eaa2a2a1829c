"""Users: searching the API, one user with what we know beside it, and what was seen last."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, User, UserPage
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.ports import UserSource
from dashboard.services.seen import facts_of
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.users.filters import find_honoured
from dashboard.services.users.listing import ListedUser, Remembered, UserList, about, listed, only
from dashboard.services.users.openings import Openings
from dashboard.services.users.record import StoredFacts, UserRecord, kept, record_of
from dashboard.store import registrations
from dashboard.store.db.database import StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.directory import rows as directory
from dashboard.store.directory.kyc_lanes import lane_of
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.lane_times import times_at
from dashboard.store.kyc.states import InquiryState
from dashboard.store.tokens import grants
from dashboard.store.users import remembered, sent, sightings
from dashboard.store.users.remembered import Wanted
from dashboard.store.users.sightings import KnownUsers, Sighting
from dashboard.text.emails import comparable, spellings

NEWEST_SEEN, GRANTS = 2, 20
log = structlog.get_logger()
# Filters by what is known of every user we saw; of the others `recall` says that it is unsure.
KNOWN_OF_ALL = frozenset({"search", "status", "country_code"})


class Users:
    """Finds users and remembers having seen them."""

    def __init__(
        self,
        source: UserSource,
        base: Foundation,
        upstream: UpstreamMonitor,
        reconciler: KycReconciler,
        openings: Openings,
        *,
        link_ttl: timedelta,
    ) -> None:
        self._source = source
        self._database = base.database
        self._clock = base.clock
        self._seen = base.seen
        self._upstream = upstream
        self._reconciler = reconciler
        self._openings = openings
        self._link_ttl = link_ttl

    def search(self, filters: UserQuery, *, exactly: bool = False) -> UserList:
        """Return one page of users from the API.

        `exactly` keeps only the user with exactly this email: to people who see emails masked,
        matches of a part would reveal the rest letter by letter.

        Raises:
            PartnerError: the API did not give a page.

        """
        answer = self._list(filters)
        if exactly and filters.search:
            answer = only(filters.search, answer)
        users = answer.value.users
        ids, facts = [user.id for user in users], [facts_of(user) for user in users]
        with self._database.read() as connection:
            stale = sightings.stale(connection, facts, answer.at)
            types = registrations.user_types(connection, ids) if filters.user_type else {}
        if stale:
            self._write(stale, answer.at)
        now = self._clock()
        with self._database.read() as connection:
            known = directory.get(connection, ids, tokens_at=now)
        times = times_at(now, self._link_ttl)
        lanes = {user_id: lane_of(user, times) for user_id, user in known.items()}
        tokens = {user_id: user.token_until_at for user_id, user in known.items()}
        rows = tuple(
            ListedUser(row, lanes.get(row.id), tokens.get(row.id)) if isinstance(row, User) else row
            for row in answer.value.rows
        )
        honoured = find_honoured(filters, answer.value, {"user_type": types})
        self._upstream.saw_list(answer.value.shape, honoured, answer.at)
        broken = tuple(name for name, is_honoured in honoured.items() if not is_honoured)
        page = listed(filters, answer, rows, broken)
        named = [user for user in users if comparable(user.email) == comparable(filters.search)]
        if len(named) == 1:
            stored = self._known(named[0].id)
            named_record = record_of(
                about(named[0], answer), stored, now=self._clock(), link_ttl=self._link_ttl
            )
            return replace(page, named=named_record)
        return page

    def recall(self, filters: UserQuery, *, exactly: bool = False) -> Remembered:
        """Return a page of users as last seen, without a call. `exactly` is as in `search`.

        A position in the API's list (`cursor`) means nothing here: such a page is the first.

        Raises:
            StoreError: the database cannot be read.

        """
        page = 1 if filters.cursor else filters.page
        wanted = Wanted(
            text=filters.search,
            exactly=exactly,
            status=filters.status,
            country=filters.country_code,
            user_type=filters.user_type,
            offset=(page - 1) * filters.limit,
            limit=filters.limit,
        )
        with self._database.read() as connection:
            rows, total = remembered.find(connection, wanted)
        unsure = tuple(name for name in filters.asked if name not in KNOWN_OF_ALL)
        return Remembered(tuple(rows), total, page, filters.limit, unsure)

    def get(self, user_id: UUID, by: Actor, *, follows: bool = False) -> UserRecord:
        """Return one user from the API, with what we know of them; it may settle a lost start.

        `follows`: a page that shows the user refreshes automatically.

        Raises:
            BudgetSpentError: the person opened as many users as they may within an hour.
            PartnerError: the API did not give the user.

        """
        self._openings.count(by, user_id, follows=follows)
        return self.ask(user_id, by)

    def ask(self, user_id: UUID, by: Actor) -> UserRecord:
        """Do the same for work that shows the user to no one: it isn't counted as opened.

        Raises:
            PartnerError: the API did not give the user.

        """
        answer = self._source.get_user(user_id)
        known, facts = self._known(user_id), facts_of(answer.value)
        is_news = sightings.is_news(next(iter(known.seen), None), facts, answer.at)
        is_lost = any(start.state is InquiryState.UNKNOWN for start in known.starts)
        if is_news:
            self._write([facts], answer.at)
        if is_lost:
            self._reconciler.saw(facts.user_id, answer.value.status_text, by)
        if is_news or is_lost:
            known = self._known(user_id)
        return record_of(answer, known, now=self._clock(), link_ttl=self._link_ttl)

    def find_kept(self, user_id: UUID) -> UserRecord | None:
        """Return a user from our own copy, without a call; None if they aren't in it."""
        with self._database.read() as connection:
            row = directory.get(connection, [user_id]).get(user_id)
        if row is None or row.gone_at:
            return None
        known = self._known(user_id)
        return record_of(kept(row), known, now=self._clock(), link_ttl=self._link_ttl)

    def of_email(self, email: str) -> KnownUsers:
        """Return the users seen here with exactly this email. Makes no API call."""
        with self._database.read() as connection:
            return sightings.of_email(connection, email)

    def find_last_seen(self, user_id: UUID) -> Sighting | None:
        """Return a user's facts as they were last seen. Makes no API call."""
        with self._database.read() as connection:
            seen = sightings.history(connection, user_id, 1)
        return seen[0] if seen else None

    def _list(self, filters: UserQuery) -> Answer[UserPage]:
        """Return the page; an email that nothing is found for is asked in its other spelling."""
        answer = self._source.list_users(filters)
        for other in spellings(filters.search)[1:]:
            if answer.value.rows:
                break
            answer = self._source.list_users(replace(filters, search=other))
        return answer

    def _known(self, user_id: UUID) -> StoredFacts:
        with self._database.read() as connection:
            issued, token_until_at = grants.of_user(connection, user_id, GRANTS, self._clock())
            return StoredFacts(
                seen=sightings.history(connection, user_id, NEWEST_SEEN),
                starts=inquiries.of_user(connection, user_id),
                sent=sent.of_user(connection, user_id),
                issued=issued,
                token_until_at=token_until_at,
            )

    def _write(self, facts: list[SeenUser], at: datetime) -> None:
        """Store the API's facts; a failure to store them does not hide them."""
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                self._seen.record(connection, facts, at)
        except StoreError as error:
            log.warning("sightings_not_recorded", cause=str(error))
