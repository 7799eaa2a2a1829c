"""The `.env` file, checked before it is read: UTF-8 text, one setting per line."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from dashboard.text.characters import find_invisible

ENCODING = "utf-8-sig"  # with or without a byte order mark


class UnreadableEnvFileError(Exception):
    """The file can't be used; the text names it and the fix."""


def problems_of(file: Path | None) -> Iterator[str]:
    """Give a sentence for each line that would be skipped, or whose name cannot be a setting's.

    A file that is missing has none.

    Raises:
        UnreadableEnvFileError: it is in another encoding, or may not be read.

    """
    if file is None or not file.is_file():
        return
    for line in parse_stream(StringIO(_text(file))):
        written = line.original.string
        blank = written[: len(written) - len(written.lstrip())].count("\n")
        where = f"{file}, line {line.original.line + blank}"
        if line.error or (line.key and line.value is None):
            yield f"{where}: it must look like NAME=value. Correct it."
        elif unseen := find_invisible(line.key or ""):
            yield f"{where}: remove {unseen} from the name, which cannot be seen."


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding=ENCODING)
    except UnicodeDecodeError:
        text = "\0"
    except OSError as error:
        raise UnreadableEnvFileError(
            f"{file} cannot be read ({error.strerror}): let the user who runs this read it."
        ) from None
    if "\0" in text:  # UTF-16 without its mark is full of them
        raise UnreadableEnvFileError(f"{file} is not UTF-8 text: save it as UTF-8.")
    return text
