"""The documented fields of each answer, as docs/partner-api.md has them."""

from typing import Final

from dashboard.partner.raw.answer import ROOT, Shape
from dashboard.partner.raw.kinds import ValueKind

_ENVELOPE = {"success": ValueKind.TRUE, "data": ValueKind.OBJECT}
REGISTERED_ENVELOPE: Final = (
    Shape(ROOT, {**_ENVELOPE, "message": ValueKind.TEXT}),
    Shape("data", {"user": ValueKind.OBJECT}),
)
USER_ENVELOPE: Final = (Shape(ROOT, _ENVELOPE), Shape("data", {"user": ValueKind.OBJECT}))
_FOUR = {
    "id": ValueKind.TEXT,
    "email": ValueKind.EMAIL,
    "status": ValueKind.STATUS,
    "createdAt": ValueKind.TEXT,
}
REGISTERED: Final = Shape("data.user", _FOUR)
USER: Final = Shape(
    "data.user",
    {
        "id": ValueKind.UUID,
        "email": ValueKind.EMAIL,
        "status": ValueKind.STATUS,
        "countryCode": ValueKind.COUNTRY,
        "phone": ValueKind.TEXT,
        "preferredLanguage": ValueKind.TEXT,
        "createdAt": ValueKind.TIME,
    },
)
KYC: Final = Shape(
    ROOT, {"success": ValueKind.TRUE, "verificationUrl": ValueKind.URL, "inquiryId": ValueKind.TEXT}
)
TOKEN: Final = Shape(
    ROOT,
    {
        "success": ValueKind.TRUE,
        "accessToken": ValueKind.JWT,
        "refreshToken": ValueKind.TEXT,
        "user": ValueKind.OBJECT,
    },
)
TOKEN_USER: Final = Shape(
    "user",
    {
        "id": ValueKind.UUID,
        "email": ValueKind.EMAIL,
        "status": ValueKind.STATUS,
        "userType": ValueKind.USER_TYPE,
        "roles": ValueKind.LIST,
    },
)
KYC_STATUS: Final = (
    Shape(ROOT, _ENVELOPE),
    Shape(
        "data",
        {
            "status": ValueKind.KYC_STATUS,
            "rawStatus": ValueKind.TEXT,
            "inquiryId": ValueKind.TEXT,
            "updatedAt": ValueKind.TIME,
        },
    ),
)
ROWS: Final = (
    Shape(ROOT, {"items": ValueKind.LIST, "meta": ValueKind.OBJECT}),
    Shape(
        "meta",
        {
            "totalItems": ValueKind.WHOLE,
            "totalPages": ValueKind.WHOLE,
            "currentPage": ValueKind.WHOLE,
            "itemsPerPage": ValueKind.WHOLE,
        },
    ),
)
_NAMED = {"id": ValueKind.WHOLE, "description": ValueKind.TEXT}
ACCOUNT: Final = Shape(
    "items",
    {
        **_NAMED,
        "asset": ValueKind.TEXT,
        "type": ValueKind.TEXT,
        "number": ValueKind.TEXT,
        "credits": ValueKind.WHOLE,
        "debits": ValueKind.WHOLE,
    },
)
BALANCE: Final = Shape(
    "items", {**_NAMED, "asset": ValueKind.TEXT, "balance": ValueKind.WHOLE, "type": ValueKind.TEXT}
)
TRANSACTIONS: Final = Shape(
    ROOT,
    {
        "items": ValueKind.LIST,
        "total": ValueKind.WHOLE,
        "pages": ValueKind.WHOLE,
        "page": ValueKind.WHOLE,
        "limit": ValueKind.WHOLE,
    },
)
TRANSACTION: Final = Shape(
    "items",
    {
        **_NAMED,
        "status": ValueKind.PAYMENT_STATUS,
        "amount": ValueKind.WHOLE,
        "currency": ValueKind.TEXT,
        "createdAt": ValueKind.TIME,
    },
)
