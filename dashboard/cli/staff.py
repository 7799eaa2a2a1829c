"""`python -m dashboard staff …`: who may log in, from a shell."""

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from getpass import getpass

from dashboard.config.server_numbers import given_numbers
from dashboard.config.settings import load_config
from dashboard.services.auth.one_time_links import OneTimeLink
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.auth.one_time_links import OpenLink
from dashboard.store.staff.members import StaffMember
from dashboard.text.characters import clean, write_out

OpenStaff = Callable[[], Staff]


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", open_staff: OpenStaff
) -> None:
    """Add `staff …`; `open_staff` is called when a command runs."""
    add = commands.add_parser("add", help="add a staff member, with a one-time link or a password")
    add.add_argument("email", type=clean)
    _add_roles(add)
    add.add_argument("--name", default="")
    _add_password(add)
    add.set_defaults(run=partial(_add, open_staff))

    listed = commands.add_parser("list", help="list staff members")
    listed.set_defaults(run=partial(_list, open_staff))

    role = commands.add_parser("role", help="replace the roles of a staff member")
    role.add_argument("email", type=clean)
    _add_roles(role)
    role.set_defaults(run=partial(_role, open_staff))

    reset = commands.add_parser(
        "reset", help="create a one-time link, or set a password; removes second factors"
    )
    reset.add_argument("email", type=clean)
    _add_password(reset)
    reset.set_defaults(run=partial(_reset, open_staff))

    disable = commands.add_parser(
        "disable", help="disable a staff member: they can't log in any more"
    )
    disable.add_argument("email", type=clean)
    disable.set_defaults(run=partial(_disable, open_staff))

    enable = commands.add_parser("enable", help="enable a staff member: they can log in again")
    enable.add_argument("email", type=clean)
    enable.set_defaults(run=partial(_enable, open_staff))


def _add_roles(parser: argparse.ArgumentParser) -> None:
    roles = ", ".join(Role)
    parser.add_argument(
        "--role",
        dest="roles",
        action="append",
        type=Role,
        required=True,
        metavar="ROLE",
        help=f"repeatable; one of {roles}",
    )


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read a password from the first line of standard input, instead of creating a link",
    )


def _add(open_staff: OpenStaff, options: argparse.Namespace) -> int:
    staff = open_staff()
    if options.password_stdin:
        staff.add(options.email, options.name, _read_password(), options.roles)
        print(f"{options.email} can log in as {', '.join(options.roles)}.")
        return 0
    link = staff.invite(options.email, options.name, options.roles)
    print(f"{options.email} is {', '.join(options.roles)}, and logs in with this link:")
    return _hand_over(link)


def _list(open_staff: OpenStaff, _options: argparse.Namespace) -> int:
    staff = open_staff()
    made = staff.open_links()
    for member in staff.every():
        print(write_out("  ".join(filter(None, _described(member, made.get(member.id))))))
    return 0


def _described(member: StaffMember, link: OpenLink | None) -> Iterator[str]:
    yield from (member.email, member.name, ", ".join(sorted(member.roles)) or "–")
    yield ", ".join(
        name
        for name, is_there in (
            ("passkey", member.has_passkey),
            ("authenticator", member.has_authenticator),
            ("no second factor", not member.has_second_factor),
            ("required by an admin", member.second_factor_required),
        )
        if is_there
    )
    if not member.active:
        yield "(disabled)"
    elif not member.can_come_in():
        yield "(invited)" if member.seen_at is None else "(needs a link to log in)"
    if link:
        yield f"(link works until {link.expires_at:%Y-%m-%d %H:%M} UTC)"


def _role(open_staff: OpenStaff, options: argparse.Namespace) -> int:
    staff = open_staff()
    had_admin = staff.has_admin()
    staff.set_roles(options.email, options.roles)
    print(f"{options.email} is now {', '.join(options.roles)}, and must log in again.")
    return _warn(had_admin=had_admin, has_admin=staff.has_admin())


def _reset(open_staff: OpenStaff, options: argparse.Namespace) -> int:
    staff = open_staff()
    if options.password_stdin:
        staff.reset_password(options.email, _read_password())
        print(f"{options.email} has a new password and no second factor, and must log in again.")
        return 0
    member = staff.find(options.email)
    if member and member.has_second_factor:
        link = staff.reset_second_factors(options.email)
        print(f"{options.email} now has no password or second factor, and logs in with this link:")
    else:
        link = staff.make_link(options.email)
        print(f"{options.email} chooses a new password with this link:")
    return _hand_over(link)


def _disable(open_staff: OpenStaff, options: argparse.Namespace) -> int:
    staff = open_staff()
    had_admin = staff.has_admin()
    staff.disable(options.email)
    print(f"{options.email} can no longer log in.")
    return _warn(had_admin=had_admin, has_admin=staff.has_admin())


def _enable(open_staff: OpenStaff, options: argparse.Namespace) -> int:
    open_staff().enable(options.email)
    print(f"{options.email} can log in again.")
    return 0


def _hand_over(link: OneTimeLink) -> int:
    print(f"{_address()}/link/{link.token}")
    print(f"It works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC.")
    return 0


def _address() -> str:
    """Return where browsers find the dashboard: behind its TLS proxy, or on this machine."""
    return load_config().address or f"http://localhost:{given_numbers()['PORT'] or 8000}"


def _warn(*, had_admin: bool, has_admin: bool) -> int:
    """Warn when no one is left who can manage staff on the page; the command line still can."""
    if had_admin and not has_admin:
        print(
            "Warning: no admin can log in any more. "
            "Use `staff role`, `staff enable` or `staff reset`.",
            file=sys.stderr,
        )
    return 0


def _read_password() -> str:
    if sys.stdin.isatty():
        return getpass("New password: ")
    return sys.stdin.readline().rstrip("\r\n")
