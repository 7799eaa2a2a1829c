"""How staff got in touch with a user, or prepared to."""

from enum import StrEnum


class ContactKind(StrEnum):
    """The kinds of the contact log.

    A control notes the first ones as it is used; the last four are added by hand.
    """

    LINK_COPIED = "link_copied"
    MESSAGE_COPIED = "message_copied"
    QASH_COPIED = "qash_copied"  # the message for Qash
    CODE_SHOWN = "code_shown"
    CARD_PRINTED = "card_printed"
    EMAIL_SENT = "email_sent"
    EMAIL_UNCONFIRMED = "email_unconfirmed"  # the mail server did not say what came of it
    MAILTO_OPENED = "mailto_opened"
    WHATSAPP_OPENED = "whatsapp_opened"
    CALLED_NO_ANSWER = "called_no_answer"
    CALLED_REACHED = "called_reached"
    WROTE = "wrote"
    OTHER = "other"

    @property
    def is_email(self) -> bool:
        """Return whether we sent it, with an audit entry: what sends it notes it, nothing else."""
        return self in {ContactKind.EMAIL_SENT, ContactKind.EMAIL_UNCONFIRMED}


LINK_KINDS = frozenset({ContactKind.LINK_COPIED, ContactKind.CODE_SHOWN, ContactKind.CARD_PRINTED})
"""Those that give out the link itself."""
