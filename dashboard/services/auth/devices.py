"""A short device name from the User-Agent. A hint only: it can be forged."""

from dataclasses import dataclass

# Browsers name those they descend from, so the first that is found is meant.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
HANDHELD = frozenset({"iPhone", "iPad", "Android"})


@dataclass(frozen=True)
class Device:
    """A browser and a system by their common names, None if unknown."""

    browser: str | None
    system: str | None

    @property
    def is_handheld(self) -> bool:
        """Return whether it is a phone or a tablet."""
        return self.system in HANDHELD


def read_device(user_agent: str) -> Device:
    """Return the device that a User-Agent names."""
    return Device(_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in names if sign in user_agent), None)
