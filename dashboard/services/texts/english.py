"""The English texts that staff send to users. An admin’s own text takes the place of one.

Persona, the identity provider, is no part of the contract. `ASSUMPTIONS` lists what these texts
and the Spanish ones assume about it.
"""

from collections.abc import Mapping

from dashboard.services.texts.placeholders import Words
from dashboard.services.texts.situations import Situation

ASSUMPTIONS = (
    "A page at Persona that was open for too long says “Session expired”.",
    "The link still works then, and leads to the step at which the user was.",
    "A link that no longer works says so when it is opened.",
    "A user who has done every step may have to wait, still pending, for the result.",
)

TEXTS: Mapping[Situation, Words] = {
    Situation.NOT_STARTED: Words(
        "Verify your identity to activate your account",
        """\
Hi {first_name},

We need to verify your identity before you can use your account. If our app has already asked you \
to do this, please finish it there.

If it hasn’t, reply to this message and we’ll help you get started.""",
    ),
    Situation.LINK_FRESH: Words(
        "Your link to verify your identity",
        """\
Hi {first_name},

To activate your account, please verify your identity. Open this link and follow the steps:

{link}

The link should work until {link_until}. It’s only for you, so please don’t share it.

If the page says “Session expired”, that doesn’t mean your link has expired. The page was just \
open for too long. Open the same link again and you’ll continue where you left off.

If you’ve already finished all the steps, there’s nothing else to do for now. If you get stuck, \
reply to this message.""",
    ),
    Situation.LINK_EXPIRED: Words(
        "Please try your verification link again",
        """\
Hi {first_name},

Your account isn’t active yet because your identity verification isn’t complete. Please open your \
link again. It may still work:

{link}

If it opens, follow the steps. It’s only for you, so please don’t share it.

If the page says “Session expired”, it may just have been open for too long: open the same link \
once more. If it still doesn’t work, reply to this message and we’ll find out how you can \
continue. You don’t need to register again.

If you’ve already finished all the steps, there’s nothing else to do for now.""",
    ),
    Situation.STARTED_ELSEWHERE: Words(
        "Your identity verification",
        """\
Hi {first_name},

Your identity verification has already started, probably in our app. If you haven’t finished it, \
please continue there.

If you can’t find it, reply to this message and we’ll find out how you can continue. You don’t \
need to register again.

If you’ve already finished all the steps, there’s nothing else to do for now.""",
    ),
    Situation.STARTED_LINK_LOST: Words(
        "Your identity verification",
        """\
Hi {first_name},

We’ve started your identity verification, but we don’t have your link at the moment. If we’ve \
already sent you one, or you see it in our app, please open it and follow the steps.

If not, reply to this message and we’ll find out how you can continue. You don’t need to register \
again.""",
    ),
    Situation.START_UNKNOWN: Words(
        "We’re preparing your identity verification",
        """\
Hi {first_name},

We’re preparing your identity verification and waiting for confirmation. You don’t need to do \
anything for now. We’ll let you know what to do next.

If our app asks you to verify your identity in the meantime, you can do it there.""",
    ),
    Situation.CAN_OPERATE: Words(
        "Your account is active",
        """\
Hi {first_name},

Your account is active, and you can use it now.

If something isn’t working, reply to this message and tell us what you were doing and what you \
saw.""",
    ),
    Situation.SUSPENDED: Words(
        "Your account is on hold",
        """\
Hi {first_name},

Our payment provider has put your account on hold, so you can’t use it for now. They haven’t told \
us why. We’re asking them about it, and about any money in your account. We’ll write to you when \
we know more.

Please don’t register again: it won’t change this. If you have any questions, reply to this \
message.""",
    ),
    Situation.BANNED: Words(
        "Your account has been closed",
        """\
Hi {first_name},

We’re sorry to tell you that our payment provider has closed your account permanently, and we \
can’t reopen it. They haven’t told us why. If you have money in it, reply to this message and \
we’ll ask them about it.

Please don’t register again: it won’t change this. If you have any questions, reply to this \
message.""",
    ),
    Situation.OTHER: Words(
        "About your account",
        """\
Hi {first_name},

We’re checking the status of your account and will write to you when we know more.

If something isn’t working, reply to this message and tell us what you saw.""",
    ),
}
