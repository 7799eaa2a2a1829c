"""Letters that Unicode does not decompose are folded as people type them: ł as l, ø as o, æ as ae.

`dashboard.text.search` folds new texts so. Names, notes and tags that are kept follow here; the
triggers of their search indexes see each change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

SPELLED = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "ŋ": "n"}
SPELLED |= {"æ": "ae", "œ": "oe", "þ": "th"}


def upgrade() -> None:
    """Fold these letters where a folded text has one."""
    for table, name in (("directory", "name_key"), ("notes", "folded"), ("tags", "folded")):
        folded = sa.column(name, sa.Text())
        plain: sa.ColumnElement[str] = folded
        for letter, spelling in SPELLED.items():
            plain = sa.func.replace(plain, letter, spelling)
        has_one = sa.or_(*(folded.contains(letter) for letter in SPELLED))
        op.execute(sa.table(table, folded).update().where(has_one).values({folded: plain}))
