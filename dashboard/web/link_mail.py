"""A one-time link as a mail, in the language of its member."""

from flask import render_template
from flask_babel import force_locale

from dashboard.services.auth.one_time_links import OneTimeLink
from dashboard.services.staff.link_mail import Mailed
from dashboard.web.context import actor, services
from dashboard.web.rendering.i18n import select_language


def mail_link(link: OneTimeLink, url: str) -> Mailed:
    """Mail a link to its member, where mail is set up.

    New members have chosen no language yet: they get that of the person who invites them.
    """
    if not services().staff.link_mail.is_set_up:
        return Mailed.OFF
    with force_locale(link.member.language or select_language()):
        letter = render_template("staff/link_mail.txt", link=link, url=url)
    subject, _, text = letter.partition("\n")
    return services().staff.link_mail.send(link.member.email, subject, text.lstrip("\n"), actor())
