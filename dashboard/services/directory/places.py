"""Texts for addresses that only we can read: where a page begins, and which list it belongs to."""

from dashboard.crypto.encryption import Encryptor

ID = 16  # characters of a key's id
_TO_ADDRESS = str.maketrans("+/", "-_", "=")
_FROM_ADDRESS = str.maketrans("-_", "+/")


class SealedPlaces:
    """Seals texts, each as being about one thing; what is about another thing does not open."""

    def __init__(self, encryptor: Encryptor) -> None:
        self._encryptor = encryptor

    def seal(self, plain: str, about: str) -> str:
        """Return a text of letters, digits, `-` and `_`."""
        sealed = self._encryptor.seal(plain, about).translate(_TO_ADDRESS)
        return f"{self._encryptor.key_id}{sealed}"

    def open(self, sealed: str, about: str) -> str | None:
        """Return what was sealed; None for what we did not seal, or about another thing."""
        key_id, text = sealed[:ID], sealed[ID:]
        padded = text.translate(_FROM_ADDRESS) + "=" * (-len(text) % 4)
        return self._encryptor.open(padded, key_id, about)
