"""Which column of a table of people holds what."""

from collections.abc import Sequence

from dashboard.text.search import fold

FIELDS = ("email", "country_code", "phone", "preferred_language", "user_type")
_NAMES = {
    "email": "email e-mail mail correo correo_electronico",
    "country_code": "country country_code countrycode pais codigo_pais",
    "phone": "phone telephone mobile telefono celular movil",
    "preferred_language": "language preferred_language preferredlanguage lang idioma lengua",
    "user_type": "type user_type usertype tipo tipo_usuario",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split()}


def guess(columns: Sequence[str]) -> list[str]:
    """Return the field of each column, "" if its name matches none; each field once."""
    found: list[str] = []
    for name in columns:
        field = _FIELD_OF.get("_".join(fold(name).split()), "")
        found.append("" if field in found else field)
    return found


def score(columns: Sequence[str]) -> int:
    """Return how many columns have the name of a field."""
    return sum(map(bool, guess(columns)))


def is_email(cell: str) -> bool:
    """Return whether a cell is a value rather than the name of a column."""
    return "@" in cell


def typed(field: str, cell: str) -> str:
    """Return a cell as one would type it into the form of one user."""
    match field:
        case "email":
            return cell
        case "country_code":
            return cell.upper()
        case "phone":
            return cell.removeprefix("'")  # our files put one before a +
        case _:
            return cell.lower()
