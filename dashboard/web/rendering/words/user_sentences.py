"""The sentences of a user's own page, and of lists: what succeeded, and what was tried."""

from flask_babel import lazy_gettext as _l

from dashboard.services.actions import Action
from dashboard.services.permissions import Permission
from dashboard.web.rendering.words.action_sentences import Told

TOLD_HERE: dict[str, Told] = {  # on the page of the user it is about
    Permission.USERS_REGISTER: Told(
        _l("You registered this user"),
        _l("%(name)s registered this user"),
    ),
    Action.KYC_IMPORT: Told(
        _l("You imported a verification link"),
        _l("%(name)s imported a verification link"),
    ),
    Permission.KYC_START: Told(_l("You started KYC"), _l("%(name)s started KYC")),
    Permission.TOKENS_ISSUE: Told(_l("You issued a token"), _l("%(name)s issued a token")),
    Action.TOKENS_LOOK: Told(_l("You viewed the accounts"), _l("%(name)s viewed the accounts")),
    Action.TOKENS_PRIVY: Told(
        _l("You exchanged a Privy token"),
        _l("%(name)s exchanged a Privy token"),
    ),
    Action.CONTACTS_MAIL: Told(
        _l("You emailed this user"),
        _l("%(name)s emailed this user"),
    ),
    Permission.PII_REVEAL: Told(
        _l("You viewed the contact details"),
        _l("%(name)s viewed the contact details"),
    ),
    Action.OWNERS_ASSIGN: Told(_l("You assigned the user"), _l("%(name)s assigned the user")),
    Action.OWNERS_RELEASE: Told(
        _l("You left the user without an owner"),
        _l("%(name)s left the user without an owner"),
    ),
    Action.OWNERS_SNOOZE: Told(_l("You snoozed the user"), _l("%(name)s snoozed the user")),
    Action.OWNERS_WAKE: Told(_l("You ended the snooze"), _l("%(name)s ended the snooze")),
    Action.TAGS_SET: Told(_l("You set a tag"), _l("%(name)s set a tag")),
    Action.TAGS_UNSET: Told(_l("You removed a tag"), _l("%(name)s removed a tag")),
    Action.NOTE_ADD: Told(_l("You wrote a note"), _l("%(name)s wrote a note")),
    Action.NOTE_EDIT: Told(_l("You changed a note"), _l("%(name)s changed a note")),
    Action.NOTE_DELETE: Told(_l("You deleted a note"), _l("%(name)s deleted a note")),
}

TRIED: dict[str, Told] = {
    Permission.USERS_REGISTER: Told(
        _l("You tried to register %(user)s"),
        _l("%(name)s tried to register %(user)s"),
    ),
    Permission.KYC_START: Told(
        _l("You tried to start KYC for %(user)s"),
        _l("%(name)s tried to start KYC for %(user)s"),
    ),
    Action.KYC_IMPORT: Told(
        _l("You tried to import a verification link for %(user)s"),
        _l("%(name)s tried to import a verification link for %(user)s"),
    ),
    Permission.TOKENS_ISSUE: Told(
        _l("You tried to issue a token for %(user)s"),
        _l("%(name)s tried to issue a token for %(user)s"),
    ),
    Action.TOKENS_LOOK: Told(
        _l("You tried to view the accounts of %(user)s"),
        _l("%(name)s tried to view the accounts of %(user)s"),
    ),
    Action.TOKENS_PRIVY: Told(
        _l("You tried to exchange a Privy token for %(user)s"),
        _l("%(name)s tried to exchange a Privy token for %(user)s"),
    ),
    Action.CONTACTS_MAIL: Told(
        _l("You tried to email %(user)s"),
        _l("%(name)s tried to email %(user)s"),
    ),
}
"""What did not succeed, or has not yet; its outcome follows."""
