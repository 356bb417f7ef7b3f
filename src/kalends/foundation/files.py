"""The outside of a file: its size, its encoding, and why it cannot be read at all."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "calendar_missing": _("This is not a calendar file: it has no BEGIN:VCALENDAR."),
    "column_missing": _("The column {what} is missing."),
    "column_twice": _("The column {what} appears twice."),
    "compressed": _("The file is compressed. Unpack it first."),
    "empty": _("The file is empty."),
    "not_text": _("The file is in no encoding that is known here. Save it as UTF-8 and try again."),
    "not_utf8": _("The file is not UTF-8 text. Save it as UTF-8 and try again."),
    "nul": _("The file holds NUL bytes, so it is not text."),
    "quote_open": _("A quotation mark is opened here and not closed as it should be."),
    "too_large": _("The file is larger than {what}."),
    "too_many_columns": _("The file has more than {what} columns."),
    "too_many_rows": _("The file has more than {what} rows."),
    "utf16": _("The file is UTF-16 text. Save it as UTF-8 and try again."),
}

_COMPRESSED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MEGABYTE = 1_000_000


class FileRefused(ValueError):
    """The file is refused as a whole, before anything of it was used.

    `code` is stable, `line` counts from 1 and is 0 where no single line is to blame, `what` completes the
    sentence.
    """

    def __init__(self, code: str, *, line: int = 0, what: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.what = what

    @property
    def sentence(self) -> str:
        """The reason, for whoever reads."""
        return str(SENTENCES[self.code]).format(what=self.what)

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


def read_text(data: bytes, *, largest: int, legacy: str = "") -> str:
    """The text of a file of at most `largest` bytes, less its byte order mark. Raises FileRefused.

    It is UTF-8; with `legacy`, the eight-bit encoding of old programs (`cp1252`), UTF-16 and that are read as well.
    """
    if len(data) > largest:
        raise FileRefused("too_large", what=f"{largest // _MEGABYTE} MB")
    if data.startswith(_COMPRESSED):
        raise FileRefused("compressed")
    if data.startswith(_UTF16):
        return _read_utf16(data, legacy)
    if b"\x00" in data:
        raise FileRefused("nul", line=_line_at(data, data.index(b"\x00")))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not legacy:
            raise FileRefused("not_utf8", line=_line_at(data, error.start)) from error
        text = _read_legacy(data, legacy)
    if not text.strip():
        raise FileRefused("empty")
    return text


def encoding_of(data: bytes, *, legacy: str) -> str:
    """What `read_text` takes the file for: `UTF-8`, `UTF-16` or the legacy encoding."""
    if data.startswith(_UTF16):
        return "UTF-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return legacy.replace("cp", "Windows-")
    return "UTF-8"


def _read_utf16(data: bytes, legacy: str) -> str:
    if not legacy:
        raise FileRefused("utf16")
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise FileRefused("not_text") from error
    if "\x00" in text:
        raise FileRefused("nul")
    if not text.strip():
        raise FileRefused("empty")
    return text


def _read_legacy(data: bytes, legacy: str) -> str:
    """Bytes that mean no letter there are a sign of something else."""
    try:
        return data.decode(legacy)
    except UnicodeDecodeError as error:
        raise FileRefused("not_text", line=_line_at(data, error.start)) from error


def _line_at(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1
