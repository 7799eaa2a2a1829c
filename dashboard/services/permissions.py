"""Permissions, roles, and the table between them. A person has a set of roles."""

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """`resource:action`. A route that writes never hides behind a reading one."""

    USERS_READ = "users:read"
    PII_READ = "pii:read"
    PII_REVEAL = "pii:reveal"
    USERS_EXPORT = "users:export"
    USERS_ERASE = "users:erase"
    USERS_REGISTER = "users:register"
    USERS_LOOK = "users:look"
    LAB_RUN = "lab:run"
    VIEWS_SHARE = "views:share"
    JOBS_OPEN = "jobs:open"  # of the kinds that one may start, and one's own
    NOTES_WRITE = "notes:write"
    KYC_START = "kyc:start"
    KYC_BULK = "kyc:bulk"
    TOKENS_ISSUE = "tokens:issue"
    AUDIT_READ = "audit:read"
    TEXTS_MANAGE = "texts:manage"
    STAFF_MANAGE = "staff:manage"
    TAGS_MANAGE = "tags:manage"
    DIRECTORY_MANAGE = "directory:manage"
    REQUESTS_READ = "requests:read"
    CREDENTIALS_MANAGE = "credentials:manage"


class Role(StrEnum):
    """Roles of staff."""

    VIEWER = "viewer"
    SUPPORT = "support"
    KYC = "kyc"
    ONBOARDING = "onboarding"
    ISSUER = "issuer"
    AUDITOR = "auditor"
    ADMIN = "admin"


# Users' emails and phones: shown to roles that work with them, revealed one by one by the others.
_VIEWER = frozenset({Permission.USERS_READ, Permission.PII_REVEAL})
_SUPPORT = frozenset(
    {
        Permission.USERS_READ,
        Permission.PII_READ,
        Permission.VIEWS_SHARE,
        Permission.JOBS_OPEN,
        Permission.NOTES_WRITE,
        Permission.KYC_START,
    }
)
_WITH_TOKENS = frozenset({Permission.TOKENS_ISSUE, Permission.USERS_LOOK})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.SUPPORT: _SUPPORT,
    Role.KYC: _SUPPORT | {Permission.USERS_EXPORT, Permission.KYC_BULK},
    Role.ONBOARDING: _SUPPORT | _WITH_TOKENS | {Permission.USERS_REGISTER, Permission.LAB_RUN},
    Role.ISSUER: _SUPPORT | _WITH_TOKENS,
    Role.AUDITOR: _VIEWER | {Permission.VIEWS_SHARE, Permission.AUDIT_READ},
    Role.ADMIN: frozenset(Permission),
}
# *Onboarding* issues tokens, and looks with them, outside production only. No one has a lab there.
IN_PRODUCTION = {role: held - {Permission.LAB_RUN} for role, held in ROLE_PERMISSIONS.items()}
IN_PRODUCTION[Role.ONBOARDING] -= _WITH_TOKENS


class Granted(StrEnum):
    """How far a role has a permission."""

    YES = "yes"
    NO = "no"
    OUTSIDE_PRODUCTION = "outside production"


def granted(role: Role, permission: Permission) -> Granted:
    """Return a cell of the table as admins read it."""
    if permission not in ROLE_PERMISSIONS[role]:
        return Granted.NO
    everywhere = permission in IN_PRODUCTION[role]
    return Granted.YES if everywhere else Granted.OUTSIDE_PRODUCTION


ROLE_TABLE = tuple((each, tuple(granted(role, each) for role in Role)) for each in Permission)


def permissions(roles: Iterable[str], environment: str) -> frozenset[Permission]:
    """Return the permissions of these roles. A role that no longer exists allows nothing."""
    table = IN_PRODUCTION if environment == "production" else ROLE_PERMISSIONS
    return frozenset().union(*(table[Role(role)] for role in roles if role in set(Role)))
