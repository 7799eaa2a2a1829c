"""The documented fields of each answer, as docs/partner-api.md has them."""

from typing import Final

from dashboard.partner.raw.answer import ROOT, Shape
from dashboard.partner.raw.kinds import Kind

_ENVELOPE = {"success": Kind.TRUE, "data": Kind.OBJECT}
REGISTERED_ENVELOPE: Final = (
    Shape(ROOT, {**_ENVELOPE, "message": Kind.TEXT}),
    Shape("data", {"user": Kind.OBJECT}),
)
USER_ENVELOPE: Final = (Shape(ROOT, _ENVELOPE), Shape("data", {"user": Kind.OBJECT}))
_FOUR = {"id": Kind.TEXT, "email": Kind.EMAIL, "status": Kind.STATUS, "createdAt": Kind.TEXT}
REGISTERED: Final = Shape("data.user", _FOUR)
USER: Final = Shape(
    "data.user",
    {
        "id": Kind.UUID,
        "email": Kind.EMAIL,
        "status": Kind.STATUS,
        "countryCode": Kind.COUNTRY,
        "phone": Kind.TEXT,
        "preferredLanguage": Kind.TEXT,
        "createdAt": Kind.TIME,
    },
)
KYC: Final = Shape(
    ROOT, {"success": Kind.TRUE, "verificationUrl": Kind.URL, "inquiryId": Kind.TEXT}
)
TOKEN: Final = Shape(
    ROOT,
    {
        "success": Kind.TRUE,
        "accessToken": Kind.JWT,
        "refreshToken": Kind.TEXT,
        "user": Kind.OBJECT,
    },
)
TOKEN_USER: Final = Shape(
    "user",
    {
        "id": Kind.UUID,
        "email": Kind.EMAIL,
        "status": Kind.STATUS,
        "userType": Kind.USER_TYPE,
        "roles": Kind.LIST,
    },
)
KYC_STATUS: Final = (
    Shape(ROOT, _ENVELOPE),
    Shape(
        "data",
        {
            "status": Kind.KYC_STATUS,
            "rawStatus": Kind.TEXT,
            "inquiryId": Kind.TEXT,
            "updatedAt": Kind.TIME,
        },
    ),
)
ROWS: Final = (
    Shape(ROOT, {"items": Kind.LIST, "meta": Kind.OBJECT}),
    Shape(
        "meta",
        {
            "totalItems": Kind.WHOLE,
            "totalPages": Kind.WHOLE,
            "currentPage": Kind.WHOLE,
            "itemsPerPage": Kind.WHOLE,
        },
    ),
)
_NAMED = {"id": Kind.WHOLE, "description": Kind.TEXT}
ACCOUNT: Final = Shape(
    "items",
    {
        **_NAMED,
        "asset": Kind.TEXT,
        "type": Kind.TEXT,
        "number": Kind.TEXT,
        "credits": Kind.WHOLE,
        "debits": Kind.WHOLE,
    },
)
BALANCE: Final = Shape(
    "items", {**_NAMED, "asset": Kind.TEXT, "balance": Kind.WHOLE, "type": Kind.TEXT}
)
TRANSACTIONS: Final = Shape(
    ROOT,
    {
        "items": Kind.LIST,
        "total": Kind.WHOLE,
        "pages": Kind.WHOLE,
        "page": Kind.WHOLE,
        "limit": Kind.WHOLE,
    },
)
TRANSACTION: Final = Shape(
    "items",
    {
        **_NAMED,
        "status": Kind.PAYMENT_STATUS,
        "amount": Kind.WHOLE,
        "currency": Kind.TEXT,
        "createdAt": Kind.TIME,
    },
)
