"""Keeping secrets out of logs: a private link in an address is written without its secret."""

from __future__ import annotations

import logging
import re

# Long runs of the letters that links and tokens are made of; ids with hyphens and ordinary words are shorter.
_SECRET = re.compile(r"[A-Za-z0-9_]{2,}[A-Za-z0-9_-]{38,}")


class WithoutSecrets(logging.Filter):
    """Blackens whatever looks like a secret in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub("…", record.getMessage()), ()
        return True
