"""Forms whose built-in words are in the person's language too."""

from flask_babel import get_locale
from wtforms import Form
from wtforms.meta import DefaultMeta


class LocalizedForm(Form):
    """A plain form; WTForms has translations of its own for what it says itself."""

    class Meta(DefaultMeta):
        """Reads the page's language for each form."""

        @property
        def locales(self) -> list[str]:  # type: ignore[override]  # read each time, not fixed
            """Return the language of the page."""
            return [str(get_locale() or "en")]
