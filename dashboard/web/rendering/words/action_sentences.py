"""The sentences that tell a success."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from dashboard.services.actions import Action
from dashboard.services.permissions import Permission


class Told(NamedTuple):
    """What a success is told with: the reader did it, or the person called `name`."""

    by_you: LazyString
    by_name: LazyString


TOLD: dict[str, Told] = {
    Permission.USERS_REGISTER: Told(
        _l("You registered %(user)s"),
        _l("%(name)s registered %(user)s"),
    ),
    Permission.USERS_EXPORT: Told(_l("You exported users"), _l("%(name)s exported users")),
    Permission.USERS_ERASE: Told(
        _l("You erased our copy of a user"),
        _l("%(name)s erased our copy of a user"),
    ),
    Permission.LAB_RUN: Told(_l("You ran scenarios"), _l("%(name)s ran scenarios")),
    Permission.KYC_START: Told(
        _l("You started KYC for %(user)s"),
        _l("%(name)s started KYC for %(user)s"),
    ),
    Action.KYC_IMPORT: Told(
        _l("You imported a verification link for %(user)s"),
        _l("%(name)s imported a verification link for %(user)s"),
    ),
    Action.KYC_EXPORT: Told(_l("You exported the KYC desk"), _l("%(name)s exported the KYC desk")),
    Action.KYC_EXPORT_LINKS: Told(
        _l("You exported verification links"), _l("%(name)s exported verification links")
    ),
    Permission.TOKENS_ISSUE: Told(
        _l("You issued a token for %(user)s"),
        _l("%(name)s issued a token for %(user)s"),
    ),
    Action.TOKENS_LOOK: Told(
        _l("You viewed the accounts of %(user)s"),
        _l("%(name)s viewed the accounts of %(user)s"),
    ),
    Action.TOKENS_PRIVY: Told(
        _l("You exchanged a Privy token for %(user)s"),
        _l("%(name)s exchanged a Privy token for %(user)s"),
    ),
    Permission.PII_REVEAL: Told(
        _l("You viewed the contact details of %(user)s"),
        _l("%(name)s viewed the contact details of %(user)s"),
    ),
    Action.OWNERS_ASSIGN: Told(
        _l("You set the owner of %(user)s"),
        _l("%(name)s set the owner of %(user)s"),
    ),
    Action.OWNERS_RELEASE: Told(
        _l("You left %(user)s without an owner"),
        _l("%(name)s left %(user)s without an owner"),
    ),
    Action.OWNERS_SNOOZE: Told(_l("You snoozed %(user)s"), _l("%(name)s snoozed %(user)s")),
    Action.OWNERS_WAKE: Told(
        _l("You ended the snooze of %(user)s"),
        _l("%(name)s ended the snooze of %(user)s"),
    ),
    Action.CONTACTS_MAIL: Told(
        _l("You emailed %(user)s"),
        _l("%(name)s emailed %(user)s"),
    ),
    Action.NOTE_ADD: Told(
        _l("You wrote a note on %(user)s"),
        _l("%(name)s wrote a note on %(user)s"),
    ),
    Action.NOTE_EDIT: Told(
        _l("You changed a note on %(user)s"),
        _l("%(name)s changed a note on %(user)s"),
    ),
    Action.NOTE_DELETE: Told(
        _l("You deleted a note on %(user)s"),
        _l("%(name)s deleted a note on %(user)s"),
    ),
    Permission.VIEWS_SHARE: Told(_l("You shared a view"), _l("%(name)s shared a view")),
    Action.VIEW_RENAME: Told(_l("You renamed a shared view"), _l("%(name)s renamed a shared view")),
    Action.VIEW_UNSHARE: Told(
        _l("You stopped sharing a view"),
        _l("%(name)s stopped sharing a view"),
    ),
    Action.VIEW_DELETE: Told(_l("You deleted a shared view"), _l("%(name)s deleted a shared view")),
    Action.TAGS_CREATE: Told(_l("You created a tag"), _l("%(name)s created a tag")),
    Action.TAGS_CHANGE: Told(_l("You changed a tag"), _l("%(name)s changed a tag")),
    Action.TAGS_DELETE: Told(_l("You deleted a tag"), _l("%(name)s deleted a tag")),
    Action.TAGS_SET: Told(
        _l("You set a tag on %(user)s"),
        _l("%(name)s set a tag on %(user)s"),
    ),
    Action.TAGS_UNSET: Told(
        _l("You removed a tag from %(user)s"),
        _l("%(name)s removed a tag from %(user)s"),
    ),
    Action.TEXTS_CHANGE: Told(
        _l("You changed a text for users"), _l("%(name)s changed a text for users")
    ),
    Action.TEXTS_RESTORE: Told(
        _l("You restored a text for users"), _l("%(name)s restored a text for users")
    ),
    Action.AUDIT_EXPORT: Told(
        _l("You exported the audit log"),
        _l("%(name)s exported the audit log"),
    ),
    Action.STORY_EXPORT: Told(
        _l("You exported a proof pack"),
        _l("%(name)s exported a proof pack"),
    ),
    Action.LOG_IN: Told(_l("You logged in"), _l("%(name)s logged in")),
    Action.LOG_OUT: Told(_l("You logged out"), _l("%(name)s logged out")),
    Action.LINK_USE: Told(_l("You used a one-time link"), _l("%(name)s used a one-time link")),
    Action.CONFIRM: Told(
        _l("You confirmed your identity"),
        _l("%(name)s confirmed their identity"),
    ),
    Action.PASSWORD_SHOWN: Told(
        _l("You entered your password"),
        _l("%(name)s entered their password"),
    ),
    Action.SSO_LINK: Told(
        _l("You linked your single sign-on account"),
        _l("%(name)s linked their single sign-on account"),
    ),
    Action.ACCOUNT_CHANGE: Told(
        _l("You changed your preferences"),
        _l("%(name)s changed their preferences"),
    ),
    Action.ACCOUNT_PASSWORD: Told(
        _l("You changed your password"),
        _l("%(name)s changed their password"),
    ),
    Action.ACCOUNT_PASSKEY_ADD: Told(_l("You added a passkey"), _l("%(name)s added a passkey")),
    Action.ACCOUNT_PASSKEY_REMOVE: Told(
        _l("You removed a passkey"),
        _l("%(name)s removed a passkey"),
    ),
    Action.ACCOUNT_AUTHENTICATOR_ADD: Told(
        _l("You added an authenticator app"),
        _l("%(name)s added an authenticator app"),
    ),
    Action.ACCOUNT_AUTHENTICATOR_REMOVE: Told(
        _l("You removed an authenticator app"),
        _l("%(name)s removed an authenticator app"),
    ),
    Action.ACCOUNT_RECOVERY_CODES: Told(
        _l("You created recovery codes"),
        _l("%(name)s created recovery codes"),
    ),
    Action.STAFF_ADD: Told(_l("You added a staff member"), _l("%(name)s added a staff member")),
    Action.STAFF_ROLE: Told(
        _l("You changed a staff member’s roles"),
        _l("%(name)s changed a staff member’s roles"),
    ),
    Action.STAFF_DISABLE: Told(
        _l("You disabled a staff member"),
        _l("%(name)s disabled a staff member"),
    ),
    Action.STAFF_ENABLE: Told(
        _l("You enabled a staff member"),
        _l("%(name)s enabled a staff member"),
    ),
    Action.STAFF_LINK: Told(
        _l("You created a one-time link"),
        _l("%(name)s created a one-time link"),
    ),
    Action.STAFF_WITHDRAW: Told(
        _l("You withdrew a one-time link"),
        _l("%(name)s withdrew a one-time link"),
    ),
    Action.STAFF_RESET: Told(
        _l("You reset a staff member’s password"),
        _l("%(name)s reset a staff member’s password"),
    ),
    Action.STAFF_REQUIRE: Told(
        _l("You changed whether a staff member needs a second factor"),
        _l("%(name)s changed whether a staff member needs a second factor"),
    ),
    Action.STAFF_FACTORS: Told(
        _l("You reset a staff member’s second factors"),
        _l("%(name)s reset a staff member’s second factors"),
    ),
    Action.STAFF_SESSIONS: Told(
        _l("You ended a staff member’s sessions"),
        _l("%(name)s ended a staff member’s sessions"),
    ),
    Action.SESSION_END: Told(
        _l("You ended one of your sessions"),
        _l("%(name)s ended one of their sessions"),
    ),
    Action.CREDENTIALS_ADD: Told(_l("You added a key pair"), _l("%(name)s added a key pair")),
    Action.CREDENTIALS_PROVE: Told(_l("You tested a key pair"), _l("%(name)s tested a key pair")),
    Action.CREDENTIALS_SWITCH: Told(
        _l("You started using a key pair"),
        _l("%(name)s started using a key pair"),
    ),
    Action.CREDENTIALS_RESTORE: Told(
        _l("You went back to a key pair"), _l("%(name)s went back to a key pair")
    ),
    Action.CREDENTIALS_FORGET: Told(
        _l("You deleted a key pair"), _l("%(name)s deleted a key pair")
    ),
    Action.CREDENTIALS_FREEZE: Told(_l("You paused API calls"), _l("%(name)s paused API calls")),
    Action.CREDENTIALS_THAW: Told(_l("You resumed API calls"), _l("%(name)s resumed API calls")),
    Action.CREDENTIALS_ACKNOWLEDGE: Told(
        _l("You dismissed the alert about API credentials"),
        _l("%(name)s dismissed the alert about API credentials"),
    ),
    Action.JOBS_EXPORT: Told(
        _l("You exported the result of a job"), _l("%(name)s exported the result of a job")
    ),
    Action.LAB_EXPORT: Told(_l("You exported test users"), _l("%(name)s exported test users")),
    Action.JOBS_PACE: Told(
        _l("You changed the pace of a job"), _l("%(name)s changed the pace of a job")
    ),
    Action.JOBS_PAUSE: Told(_l("You paused a job"), _l("%(name)s paused a job")),
    Action.JOBS_RESUME: Told(_l("You resumed a job"), _l("%(name)s resumed a job")),
    Action.JOBS_RETRY: Told(_l("You retried a job"), _l("%(name)s retried a job")),
    Action.JOBS_START: Told(_l("You started a job"), _l("%(name)s started a job")),
    Action.JOBS_STOP: Told(_l("You stopped a job"), _l("%(name)s stopped a job")),
    Action.DIRECTORY_LOOK: Told(
        _l("You looked through the API’s list for a user"),
        _l("%(name)s looked through the API’s list for a user"),
    ),
    Action.DIRECTORY_START: Told(
        _l("You started a sweep of the directory"),
        _l("%(name)s started a sweep of the directory"),
    ),
    Action.DIRECTORY_PAUSE: Told(
        _l("You paused a sweep of the directory"),
        _l("%(name)s paused a sweep of the directory"),
    ),
    Action.DIRECTORY_RESUME: Told(
        _l("You resumed a sweep of the directory"),
        _l("%(name)s resumed a sweep of the directory"),
    ),
    Action.DATABASE_RESTORE: Told(
        _l("You restored the database"),
        _l("%(name)s restored the database"),
    ),
}
