"""Keeping secrets and patients out of logs: a private link in an address is written without its secret, and what
PostgreSQL quotes of a row that it refused is not written at all (AUD-04)."""

from __future__ import annotations

import logging
import re
from typing import Any

# Long runs of the letters that links and tokens are made of; ids with hyphens and ordinary words are shorter.
_SECRET = re.compile(r"[A-Za-z0-9_]{2,}[A-Za-z0-9_-]{38,}")
# Values may hold line breaks: a quotation goes on until the next exception is told.
_QUOTES = re.compile(r"^(DETAIL|CONTEXT):")
_NEXT = re.compile(r"^(Traceback |The above exception |During handling )")


class WithoutSecrets(logging.Filter):
    """Blackens whatever looks like a secret in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub("…", record.getMessage()), ()
        return True


class WithoutRows(logging.Formatter):
    """Tracebacks without the values of the rows they are about, and without secrets."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name is that of the library
        kept, quotes = [], False
        for line in super().formatException(ei).splitlines():
            quotes = bool(_QUOTES.match(line)) or (quotes and not _NEXT.match(line))
            if not quotes:
                kept.append(_SECRET.sub("…", line))
        return "\n".join(kept)
