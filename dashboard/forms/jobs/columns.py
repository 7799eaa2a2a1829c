"""Which column of a table of people holds what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.text.ids import find_uuid
from dashboard.text.search import fold

_EMAIL = "email e-mail mail correo correo_electronico"
_PHONE = "phone telephone mobile telefono celular movil"


@dataclass(frozen=True)
class Columns:
    """The fields of a table, each with the names that its column may have.

    One of `identify` is needed: it says who a row is about.
    """

    names: Mapping[str, str]
    identify: frozenset[str]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields, as they are shown."""
        return tuple(self.names)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the names of the fields' columns in a file of ours."""
        return tuple(names.split()[0] for names in self.names.values())

    def guess(self, columns: Sequence[str]) -> list[str]:
        """Return the field of each column, "" if its name matches none; each field once."""
        field_of = {name: field for field, names in self.names.items() for name in names.split()}
        found: list[str] = []
        for name in columns:
            field = field_of.get("_".join(fold(name).split()), "")
            found.append("" if field in found else field)
        return found

    def score(self, columns: Sequence[str]) -> int:
        """Return how many columns have the name of a field."""
        return sum(map(bool, self.guess(columns)))

    def by_values(self, cells: Sequence[str]) -> list[str]:
        """Return the field of each column of a table without names: of that with the first value.

        The rest are chosen by hand.
        """
        found = [""] * len(cells)
        for place, cell in enumerate(cells):
            if field := next(iter(self.identify & {kind_of(cell)}), ""):
                found[place] = field
                break
        return found


REGISTER = Columns(
    {
        "email": _EMAIL,
        "country_code": "country country_code countrycode pais codigo_pais",
        "phone": _PHONE,
        "preferred_language": "language preferred_language preferredlanguage lang idioma lengua",
        "user_type": "type user_type usertype tipo tipo_usuario",
    },
    frozenset({"email"}),
)
START_KYC = Columns(
    {
        "email": _EMAIL,
        "user_id": "user_id userid user id uuid usuario id_usuario",
        "first_name": "first_name firstname first_names given_name name nombre nombres",
        "last_name": "last_name lastname last_names surname family_name apellido apellidos",
        "phone": _PHONE,
        "birth_date": "birth_date birthdate date_of_birth dob birthday fecha_de_nacimiento"
        " fecha_nacimiento nacimiento",
    },
    frozenset({"email", "user_id"}),
)


def kind_of(cell: str) -> str:
    """Return which field a cell is a value of, "" if it can't be told."""
    if "@" in cell:
        return "email"
    return "user_id" if find_uuid(cell) else ""


def is_value(cell: str) -> bool:
    """Return whether a cell is a value rather than the name of a column."""
    return bool(kind_of(cell))


def typed(field: str, cell: str) -> str:
    """Return a cell as one would type it into the form of one user."""
    match field:
        case "country_code":
            return cell.upper()
        case "preferred_language" | "user_type" | "user_id":
            return cell.lower()
        case _:
            return cell
