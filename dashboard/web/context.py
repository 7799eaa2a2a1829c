"""The context of a view: the services and the person who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request
from flask_login import current_user
from markupsafe import Markup

from dashboard.services.account.preferences import THEMES
from dashboard.services.actors import Actor, Via
from dashboard.services.contacts.ways import Way
from dashboard.services.kyc_links import KycLinks
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.registry import Services
from dashboard.store.staff.members import StaffMember
from dashboard.text.zones import find_zone
from dashboard.web.client_address import client_address
from dashboard.web.request_ids import request_id

THEME_COOKIE = "theme"  # static/app.js sets it


@dataclass(frozen=True)
class PublicSettings:
    """The configuration that pages show. It holds no secret."""

    environment: str
    is_production: bool  # actions here affect real people
    address: str  # our origin, "" where that is this machine's
    brand: str
    partner_api_url: str
    support_contact: str
    ticket_url: str  # with {ticket}, "" where tickets are no links
    look: bool
    bulk_kyc: bool
    test_email: str
    contact_ways: frozenset[Way]
    user_mail_from: str
    time_zone: str
    kyc_links: KycLinks
    link_ttl: timedelta
    session_idle: timedelta
    session_longest: timedelta
    asks_again: bool  # who they are, before dangerous actions
    list_params: Mapping[str, str]
    password_log_in: bool
    roles_from_claim: bool
    sso_name: str | None  # "" for the usual words, None where there is no single sign-on


@dataclass(frozen=True, eq=False)
class CurrentUser:
    """The staff member behind this request, in Flask-Login's form."""

    is_authenticated: ClassVar = True
    is_active: ClassVar = True
    is_anonymous: ClassVar = False

    staff: StaffMember
    permissions: frozenset[Permission]
    needs_sso: bool  # their roles count only after single sign-on
    lacks_factor: bool  # a second factor has to be set up first

    def get_id(self) -> str:
        """Return the id that the session holds."""
        return str(self.staff.id)

    def may(self, permission: Permission | str) -> bool:
        """Return whether any of their roles has this permission."""
        return permission in self.permissions


def services() -> Services:
    """Return the services of this application."""
    return cast("Services", current_app.extensions["services"])


def settings() -> PublicSettings:
    """Return the configuration that pages may show."""
    return cast("PublicSettings", current_app.extensions["settings"])


def find_current_user() -> CurrentUser | None:
    """Return the person who asks, None before log-in."""
    user: CurrentUser | None = current_user._get_current_object()  # noqa: SLF001  the way out of the proxy
    return user if user is not None and user.is_authenticated else None


def signed_in() -> CurrentUser:
    """Return the person who asks; for views that require a log-in."""
    return cast("CurrentUser", current_user._get_current_object())  # noqa: SLF001  as above


def actor(via: Via = Via.VIEW) -> Actor:
    """Return the person who asks, as an actor."""
    person = signed_in()
    sees_personal = person.may(Permission.PII_READ)
    return Actor(person.staff.id, g.request_id, client_address(), via, sees_personal)


def init_context(app: Flask) -> None:
    """Give templates the values that every page shows."""
    app.context_processor(
        lambda: {"person": find_current_user(), "settings": settings(), "theme": theme()}
    )
    app.jinja_env.globals.update(
        request_id=request_id,
        settings_of=settings,
        zone_mark=zone_mark,
        zone_name=lambda: zone().key,
    )


def theme() -> str | None:
    """Return this browser's theme, else the person's choice; None: the system's."""
    person = find_current_user()
    choices = (request.cookies.get(THEME_COOKIE), person and person.staff.theme)
    return next((choice for choice in choices if choice in THEMES), None)


def now() -> datetime:
    """Return the time in UTC, as every part of the application sees it."""
    return cast("Clock", current_app.extensions["clock"])()


def zone_mark() -> Markup:
    """Return the name of the person's zone after a time; on paper, the time has its own."""
    return Markup('<span class="zone">{}</span>').format(zone().key)


def zone() -> ZoneInfo:
    """Return the time zone of the person who asks, looked up once per request."""
    if "zone" not in g:
        person = find_current_user()
        saved = find_zone(person.staff.time_zone) if person else None
        g.zone = saved or ZoneInfo(settings().time_zone)
    return cast("ZoneInfo", g.zone)
