"""The names of staff actions in the audit log."""

from enum import StrEnum


class Action(StrEnum):
    """Actions in the audit log, beside the permissions of guarded actions."""

    LOG_IN = "auth:login"
    LOG_OUT = "auth:logout"
    SSO_LINK = "auth:sso"  # an account at the provider is a member's from now on
    AUDIT_EXPORT = "audit:export"
    ACCOUNT_CHANGE = "account:change"
    ACCOUNT_PASSWORD = "account:password"  # noqa: S105  the name of an action
    ACCOUNT_PASSKEY_ADD = "account:passkey_add"
    ACCOUNT_PASSKEY_REMOVE = "account:passkey_remove"
    ACCOUNT_AUTHENTICATOR_ADD = "account:authenticator_add"
    ACCOUNT_AUTHENTICATOR_REMOVE = "account:authenticator_remove"
    ACCOUNT_RECOVERY_CODES = "account:recovery_codes"
    CONTACTS_MAIL = "contacts:mail"
    CREDENTIALS_ACKNOWLEDGE = "credentials:acknowledge"
    CREDENTIALS_ADD = "credentials:add"
    CREDENTIALS_FALL_BACK = "credentials:fall_back"
    CREDENTIALS_FORGET = "credentials:forget"
    CREDENTIALS_FREEZE = "credentials:freeze"
    CREDENTIALS_PROVE = "credentials:prove"
    CREDENTIALS_RESTORE = "credentials:restore"
    CREDENTIALS_SWITCH = "credentials:switch"
    CREDENTIALS_THAW = "credentials:thaw"
    CONFIRM = "auth:confirm"
    DIRECTORY_LOOK = "directory:look"
    DIRECTORY_PAUSE = "directory:pause"
    DIRECTORY_RESUME = "directory:resume"
    DIRECTORY_START = "directory:start"
    DATABASE_RESTORE = "db:restore"
    JOBS_EXPORT = "jobs:export"
    JOBS_HALT = "jobs:halt"  # its starter is no longer allowed to run it
    JOBS_PACE = "jobs:pace"
    JOBS_PAUSE = "jobs:pause"
    JOBS_RESUME = "jobs:resume"
    JOBS_RETRY = "jobs:retry"
    JOBS_START = "jobs:start"
    JOBS_STOP = "jobs:stop"
    LAB_EXPORT = "lab:export"  # users of the lab with links and requests
    LINK_USE = "auth:link"
    OWNERS_ASSIGN = "owners:assign"
    OWNERS_RELEASE = "owners:release"
    OWNERS_SNOOZE = "owners:snooze"
    OWNERS_WAKE = "owners:wake"
    PASSWORD_SHOWN = "auth:password"  # noqa: S105  the name of an action; a second step follows
    KYC_EXPORT = "kyc:export"
    KYC_EXPORT_LINKS = "kyc:export_links"  # needs `kyc:bulk`
    KYC_IMPORT = "kyc:import"
    NOTE_ADD = "notes:add"
    NOTE_DELETE = "notes:delete"
    NOTE_EDIT = "notes:edit"
    SESSION_END = "session:end"
    STAFF_ADD = "staff:add"
    STAFF_ROLE = "staff:role"
    STAFF_LINK = "staff:link"
    STAFF_RESET = "staff:reset"
    STAFF_DISABLE = "staff:disable"
    STAFF_ENABLE = "staff:enable"
    STAFF_WITHDRAW = "staff:withdraw"
    STAFF_REQUIRE = "staff:require"
    STAFF_FACTORS = "staff:factors"
    STAFF_SESSIONS = "staff:sessions"
    VIEW_DELETE = "views:delete"
    VIEW_RENAME = "views:rename"
    VIEW_UNSHARE = "views:unshare"
    TAGS_CHANGE = "tags:change"
    TAGS_CREATE = "tags:create"
    TAGS_DELETE = "tags:delete"
    TAGS_SET = "tags:set"  # on a user
    TAGS_UNSET = "tags:unset"
    USERS_EXPIRE = "users:expire"  # gone for longer than we keep them
    TEXTS_CHANGE = "texts:change"
    TEXTS_RESTORE = "texts:restore"
    STORY_EXPORT = "story:export"
    TOKENS_LOOK = "tokens:look"  # views a user's accounts; needs `users:look`
    TOKENS_PRIVY = "tokens:privy"  # the deprecated exchange, which needs `tokens:issue`
