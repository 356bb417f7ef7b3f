"""The outside of a file: its size, its encoding, and why it cannot be read at all."""

SENTENCES: dict[str, str] = {
    "calendar_missing": "This is not a calendar file: it has no BEGIN:VCALENDAR.",
    "column_missing": "The column {what} is missing.",
    "column_twice": "The column {what} appears twice.",
    "compressed": "The file is compressed. Unpack it first.",
    "empty": "The file is empty.",
    "not_utf8": "The file is not UTF-8 text. Save it as UTF-8 and try again.",
    "nul": "The file holds NUL bytes, so it is not text.",
    "quote_open": "A quotation mark is opened here and not closed as it should be.",
    "too_large": "The file is larger than {what}.",
    "too_many_columns": "The file has more than {what} columns.",
    "too_many_rows": "The file has more than {what} rows.",
    "utf16": "The file is UTF-16 text. Save it as UTF-8 and try again.",
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
        """The reason in plain English."""
        return SENTENCES[self.code].format(what=self.what)

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line else self.sentence


def read_text(data: bytes, *, largest: int) -> str:
    """The text of a UTF-8 file of at most `largest` bytes, less its byte order mark. Raises FileRefused."""
    if len(data) > largest:
        raise FileRefused("too_large", what=f"{largest // _MEGABYTE} MB")
    if data.startswith(_COMPRESSED):
        raise FileRefused("compressed")
    if data.startswith(_UTF16):
        raise FileRefused("utf16")
    if b"\x00" in data:
        raise FileRefused("nul", line=_line_at(data, data.index(b"\x00")))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("not_utf8", line=_line_at(data, error.start)) from error
    if not text.strip():
        raise FileRefused("empty")
    return text


def _line_at(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1
