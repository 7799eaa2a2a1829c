"""Which reading of an open point of the contract an answer has; the words are those of the docs."""

from dashboard.partner import assumptions as assumed
from dashboard.partner.json_shape import ProblemKind, ShapeError
from dashboard.partner.raw.answer import RawAnswer
from dashboard.partner.responses import BadRow, UserPage

NEWEST, OLDEST, MIXED = "newest", "oldest", "mixed"


def error_text(answer: RawAnswer) -> str:
    """Return what a refusal says, '' where nothing can be read. Foreign text: do not show it."""
    return assumed.error_text(answer.json)


def error_body(answer: RawAnswer) -> str:
    """Return the shape of a refusal's body."""
    if answer.flaw == ProblemKind.EMPTY_BODY:
        return "empty"
    if answer.content_type == "text/html":
        return "html"
    names = answer.names("")
    if "message" in names:
        is_list = isinstance(answer.find("message"), list)
        nested = "nest_list" if is_list else "nest"
        return nested if "statusCode" in names else "message"
    if "errors" in names:
        return "errors"
    if "error" in names:
        return "success_error"
    return "other"


def read_page(answer: RawAnswer) -> UserPage | str:
    """Return the list, or why it cannot be read."""
    if answer.flaw:
        return answer.flaw
    try:
        page = assumed.read_user_page(answer.json)
    except ShapeError as error:
        return str(error)
    bad = next((row for row in page.rows if isinstance(row, BadRow)), None)
    return f"row {bad.position}: {'; '.join(map(str, bad.problems))}" if bad else page


def order_of(page: UserPage) -> str:
    """Return the order of a page by when its users registered, '' for fewer than two."""
    times = [user.created_at for user in page.users if user.created_at]
    if len(times) < 2:  # noqa: PLR2004  a pair
        return ""
    if times == sorted(times, reverse=True):
        return NEWEST
    return OLDEST if times == sorted(times) else MIXED
